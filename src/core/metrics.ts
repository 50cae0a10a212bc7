/** What a metric counts, which decides how it is written and drawn. */
export type Unit =
  'loss' | 'gradient' | 'share' | 'cosine' | 'count' | 'rate' | 'number' | 'percent' | 'bytes' | 'celsius' | 'watts';

interface Described {
  /** Above its curve. */
  readonly title: string;
  /** A sentence, or several. */
  readonly help: string;
  readonly unit: Unit;
  /** Which way is better; null where neither is. */
  readonly better: 'up' | 'down' | null;
}

/**
 * Where a metric comes from:
 * - `evaluation`: measured at the end of an epoch, of each set of data;
 * - `step`: measured at every step of the training, where a run has it, and logged under its name;
 * - `rate`: measured of the steps of one entry of the log together;
 * - `device`: told by the graphics card every few seconds, under another name;
 * - `curves`: follows from what was logged at a step.
 */
export type Metric = Described &
  (
    | { readonly of: 'evaluation' | 'rate'; readonly tag: string }
    | {
        readonly of: 'step';
        readonly tag: string;
        /** Whether the mean over an epoch, or what is measured at its end, is logged under the same name. */
        readonly epoch: boolean;
        /** Of what is shown with another metric. */
        readonly hasNoChart?: true;
      }
    | { readonly of: 'device'; readonly tag: string; readonly field: DeviceField }
    | { readonly of: 'curves' }
  );

/** What the log calls that which a card tells. */
export type DeviceField = 'utilization' | 'memoryUsed' | 'temperature' | 'power';

/**
 * Every number that is measured of a training, in the order of logs, charts and tables. What is logged at a step, sent
 * to the panel, drawn, and exported to CSV and TensorBoard is what stands here; `tag` is its name in TensorBoard.
 */
export const metrics = {
  accuracy: {
    of: 'evaluation',
    title: 'Accuracy',
    help: 'Share of correct predictions (%). Training accuracy is the average over an epoch, while the model learned.',
    unit: 'percent',
    better: 'up',
    tag: 'accuracy',
  },
  balancedAccuracy: {
    of: 'evaluation',
    title: 'Balanced accuracy',
    help: 'Mean of the share of right answers over the classes that occur.',
    unit: 'share',
    better: 'up',
    tag: 'balanced_accuracy',
  },
  errors: {
    of: 'evaluation',
    title: 'Errors',
    help: 'Wrong predictions on the test set, and on the validation set where there is one.',
    unit: 'count',
    better: 'down',
    tag: 'errors',
  },
  loss: {
    of: 'step',
    title: 'Total loss',
    help: 'What is minimized: α·T²·KL + (1−α)·cross-entropy where there is a teacher.',
    unit: 'loss',
    better: 'down',
    tag: 'loss',
    epoch: true,
  },
  distillationLoss: {
    of: 'step',
    title: 'Distillation loss',
    help: 'How far the student is from the soft labels of its teacher.',
    unit: 'loss',
    better: 'down',
    tag: 'distillation_loss',
    epoch: true,
  },
  studentLoss: {
    of: 'step',
    title: 'Student loss',
    help: 'Cross-entropy with the hard labels. Of runs without a teacher it is the whole loss.',
    unit: 'loss',
    better: 'down',
    tag: 'student_loss',
    epoch: true,
  },
  distillationGradient: {
    of: 'step',
    title: 'Gradient of the distillation loss',
    help: 'Norm of the gradient at the student’s logits, as it is weighted: the root mean square over the batch.',
    unit: 'gradient',
    better: null,
    tag: 'distillation_gradient',
    epoch: true,
    hasNoChart: true,
  },
  studentGradient: {
    of: 'step',
    title: 'Gradient of the student loss',
    help: 'Norm of the gradient at the student’s logits, as it is weighted: the root mean square over the batch.',
    unit: 'gradient',
    better: null,
    tag: 'student_gradient',
    epoch: true,
    hasNoChart: true,
  },
  gradientShare: {
    of: 'curves',
    title: 'Distillation gradient share',
    help: 'How much of the gradient at the student’s logits comes from the distillation term, as it is weighted: ‖g_distillation‖ / (‖g_distillation‖ + ‖g_student‖), norms averaged over the batch as root mean squares. Hinton’s T² keeps it about the same whatever T is.',
    unit: 'share',
    better: null,
  },
  gradientCosine: {
    of: 'step',
    title: 'Gradient cosine similarity',
    help: 'Cosine between the gradients of distillation term and student loss at the student’s logits: 1 where both pull the same way, 0 where neither minds the other, below 0 where they pull against each other.',
    unit: 'cosine',
    better: null,
    tag: 'gradient_cosine',
    epoch: true,
  },
  learningRate: {
    of: 'step',
    title: 'Learning rate',
    help: 'The factor of each update, by the schedule.',
    unit: 'number',
    better: null,
    tag: 'learning_rate',
    epoch: false,
  },
  examplesPerSecond: {
    of: 'rate',
    title: 'Examples/s',
    help: 'How fast the run trains.',
    unit: 'rate',
    better: 'up',
    tag: 'examples_per_second',
  },
  gpuUtilization: {
    of: 'device',
    title: 'GPU use',
    help: 'Share of the time that the card was computing (%).',
    unit: 'percent',
    better: 'up',
    tag: 'card/utilization_percent',
    field: 'utilization',
  },
  gpuMemory: {
    of: 'device',
    title: 'GPU memory',
    help: 'Memory of the card in use by all programs.',
    unit: 'bytes',
    better: null,
    tag: 'card/memory_bytes',
    field: 'memoryUsed',
  },
  gpuTemperature: {
    of: 'device',
    title: 'GPU temperature',
    help: 'Temperature of the card (°C).',
    unit: 'celsius',
    better: null,
    tag: 'card/temperature_celsius',
    field: 'temperature',
  },
  gpuPower: {
    of: 'device',
    title: 'GPU power',
    help: 'Power drawn by the card (W).',
    unit: 'watts',
    better: null,
    tag: 'card/power_watts',
    field: 'power',
  },
} as const satisfies Readonly<Record<string, Metric>>;

type Metrics = typeof metrics;
export type MetricName = keyof Metrics;
type Of = Metric['of'];
/** Names of the metrics that come from somewhere. */
export type MetricOf<O extends Of> = { [N in MetricName]: Metrics[N]['of'] extends O ? N : never }[MetricName];

/** A value for each name. */
export function recordOf<N extends string, V>(names: readonly N[], valueOf: (name: N) => V): Record<N, V>;
export function recordOf<V>(names: readonly string[], valueOf: (name: string) => V): Record<string, V> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

/** In the order of the table. */
export function metricsOf<O extends Of>(...of: readonly O[]): readonly MetricOf<O>[];
export function metricsOf(...of: readonly Of[]): readonly string[] {
  return Object.entries<Metric>(metrics).flatMap(([name, metric]) => (of.includes(metric.of) ? [name] : []));
}

/** What is logged for every step by its own name. */
export const stepMetrics = metricsOf('step');
export type StepMetric = (typeof stepMetrics)[number];

/** What every entry of steps has had since the first log; all others are in some logs only. */
export const everLogged = ['loss', 'learningRate', 'examplesPerSecond'] as const;
type EverLogged = (typeof everLogged)[number];
export type SometimesLogged = Exclude<StepMetric, EverLogged>;
export const sometimesLogged = stepMetrics.filter((name): name is SometimesLogged => !isEverLogged(name));
function isEverLogged(name: MetricName): name is EverLogged {
  return everLogged.some((each) => each === name);
}

/** Of a card, by the steps that were made meanwhile. */
export const deviceMetrics = metricsOf('device');
export type DeviceMetric = (typeof deviceMetrics)[number];
