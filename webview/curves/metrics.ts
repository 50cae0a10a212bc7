import { assertNever } from '../../src/core/problem.js';
import { count, loss, none, proportion } from '../../src/core/words.js';
import type { EpochEntry } from '../../src/panel/protocol.js';
import { deviceColumnNames, type DeviceColumnName } from '../../src/run/log/steps.js';
import type { Metrics } from '../../src/run/log/entry.js';
import type { CurveName } from '../curveData.js';
import type { Range } from './scene/range.js';

export const chartNames = [
  'loss',
  'answers',
  'distillationLoss',
  'studentLoss',
  'gradientShare',
  'gradientCosine',
  'learningRate',
  'examplesPerSecond',
  'gpuUtilization',
  'gpuMemory',
  'gpuTemperature',
  'gpuPower',
] as const;
export type ChartName = (typeof chartNames)[number];

/** How answers are judged: share of right ones, or number of wrong ones. */
export const answerMeasures = ['errors', 'accuracy'] as const;
export type AnswerMeasure = (typeof answerMeasures)[number];

/** What of a run a curve shows. */
export type Split = 'train' | 'validation' | 'test';

export interface ChartSubject {
  readonly title: string;
  readonly help: string;
  /** What is logged at every step. */
  readonly column: CurveName | null;
  /** What stands in for it in runs that never log it. */
  readonly otherwise: CurveName | null;
  /** Values at the ends of epochs. */
  readonly ofEpoch: (metrics: Metrics) => number | undefined;
  readonly epochParts: readonly Split[];
  /** Whether a teacher is a level line: the student is measured against what the teacher reached. */
  readonly level: boolean;
  readonly format: (value: number) => string;
  /** Of a quantity with bounds: the whole of them is shown until a person zooms. */
  readonly range?: Range;
  /** What its line parts, where that needs to be said. */
  readonly key?: string;
  /** What else is read out where the cursor stands. */
  readonly beside?: readonly {
    readonly word: string;
    readonly column: CurveName;
    readonly format: (value: number) => string;
  }[];
}

const nothing = (): undefined => undefined;

/** What a chart shows, and how its numbers are written. */
export function subjectOf(name: ChartName, answers: AnswerMeasure): ChartSubject {
  switch (name) {
    case 'loss':
      return {
        title: 'Total loss',
        help: 'What is minimized: α·T²·KL + (1−α)·cross-entropy where there is a teacher.',
        column: 'loss',
        otherwise: null,
        ofEpoch: ({ loss }) => loss,
        epochParts: ['validation', 'test'],
        level: false,
        format: loss,
      };
    case 'distillationLoss':
      return {
        title: 'Distillation loss',
        help: 'How far the student is from the soft labels of its teacher.',
        column: 'distillationLoss',
        otherwise: null,
        ofEpoch: ({ distillationLoss }) => distillationLoss,
        epochParts: ['validation', 'test'],
        level: false,
        format: loss,
      };
    case 'studentLoss':
      return {
        title: 'Student loss',
        help: 'Cross-entropy with the hard labels. Of runs without a teacher it is the whole loss.',
        column: 'studentLoss',
        otherwise: 'loss',
        ofEpoch: ({ studentLoss, distillationLoss, loss }) =>
          studentLoss ?? (distillationLoss === undefined ? loss : undefined),
        epochParts: ['validation', 'test'],
        level: true,
        format: loss,
      };
    case 'gradientShare':
      return share;
    case 'gradientCosine':
      return cosine;
    case 'answers':
      return answers === 'errors' ? errors : accuracy;
    case 'learningRate':
      return {
        title: 'Learning rate',
        help: 'The factor of each update, by the schedule.',
        column: 'learningRate',
        otherwise: null,
        ofEpoch: nothing,
        epochParts: [],
        level: false,
        format: (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : none),
      };
    case 'examplesPerSecond':
      return {
        title: 'Examples a second',
        help: 'How fast the run trains.',
        column: 'examplesPerSecond',
        otherwise: null,
        ofEpoch: nothing,
        epochParts: [],
        level: false,
        format: (value) => (Number.isFinite(value) ? count(value) : none),
      };
    case 'gpuUtilization':
      return ofCard(
        name,
        'GPU use',
        'Share of the time that the card computed, in per cent.',
        (value) => `${value.toFixed(0)} %`,
      );
    case 'gpuMemory':
      return ofCard(
        name,
        'GPU memory',
        'Memory of the card in use, by all programs.',
        (value) => `${(value / 1e9).toFixed(2)} GB`,
      );
    case 'gpuTemperature':
      return ofCard(name, 'GPU temperature', 'Of the card, in degrees Celsius.', (value) => `${value.toFixed(0)} °C`);
    case 'gpuPower':
      return ofCard(name, 'GPU power', 'What the card draws, in watts.', (value) => `${value.toFixed(0)} W`);
    default:
      return assertNever(name);
  }
}

const optionalCharts = ['gradientShare', 'gradientCosine', ...deviceColumnNames] as const;

/** Of what only some runs log: the chart is there where one does. */
export const isOptional = (name: ChartName): name is (typeof optionalCharts)[number] =>
  optionalCharts.some((chart) => chart === name);

/** What a card tells every few seconds, and not in every run. */
function ofCard(
  column: DeviceColumnName,
  title: string,
  help: string,
  format: (value: number) => string,
): ChartSubject {
  return {
    title,
    help,
    column,
    otherwise: null,
    ofEpoch: nothing,
    epochParts: [],
    level: false,
    format: (value) => (Number.isFinite(value) ? format(value) : none),
  };
}

const share: ChartSubject = {
  title: 'Share of the gradient',
  help: 'How much of the gradient at the student’s logits comes from the distillation term, as it is weighted: ‖g_distillation‖ / (‖g_distillation‖ + ‖g_student‖), norms averaged over the batch as root mean squares. Hinton’s T² keeps it about the same whatever T is.',
  column: 'gradientShare',
  otherwise: null,
  ofEpoch: nothing,
  epochParts: [],
  level: false,
  format: proportion,
  range: { min: 0, max: 1 },
  key: 'below the line: distillation, above: student loss',
  beside: [
    { word: 'distillation', column: 'distillationGradient', format: loss },
    { word: 'student', column: 'studentGradient', format: loss },
    { word: 'cosine', column: 'gradientCosine', format: proportion },
  ],
};

const cosine: ChartSubject = {
  title: 'Agreement of the gradients',
  help: 'Cosine between the gradients of distillation term and student loss at the student’s logits: 1 where both pull the same way, 0 where neither minds the other, below 0 where they pull against each other.',
  column: 'gradientCosine',
  otherwise: null,
  ofEpoch: nothing,
  epochParts: [],
  level: false,
  format: proportion,
  range: { min: -1, max: 1 },
  key: '1: the terms agree, −1: they pull against each other',
};

const errors: ChartSubject = {
  title: 'Errors',
  help: 'Wrong answers on the test set, and on the validation set where there is one.',
  column: null,
  otherwise: null,
  ofEpoch: ({ errors }) => errors,
  epochParts: ['validation', 'test'],
  level: true,
  format: (value) => (Number.isFinite(value) ? count(value) : none),
};

const accuracy: ChartSubject = {
  title: 'Accuracy',
  help: 'Share of right answers in per cent. Training accuracy is the average over an epoch, as the model learned.',
  column: null,
  otherwise: null,
  ofEpoch: ({ accuracy }) => 100 * accuracy,
  epochParts: ['train', 'validation', 'test'],
  level: true,
  format: (value) => (Number.isFinite(value) ? `${value.toFixed(2)} %` : none),
};

/** Metrics of one part of an epoch; undefined where it was not evaluated. */
export function metricsOf(epoch: EpochEntry, part: Split): Metrics | undefined {
  switch (part) {
    case 'train':
      return epoch.train;
    case 'validation':
      return epoch.validation;
    case 'test':
      return epoch.test;
    default:
      return assertNever(part);
  }
}
