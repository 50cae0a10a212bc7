import {
  checkLabels,
  type EnsembleMean,
  logSoftLabels,
  logSoftmax,
  outputArray,
  rowCount,
  type Rows,
} from './softmax.js';

/**
 * The losses as they are meant, in float64: what the trainer's float32 ones are tested against, and what evaluation and
 * panel compute with. p = softmax(z_teacher / T), q = softmax(z_student / T), B examples, C classes; logarithms are
 * natural; every loss is the mean over the batch unless it says otherwise.
 */
export interface Loss {
  readonly value: number;
  /** ∂value/∂z_student, [n, classes]. */
  readonly gradient: Float64Array;
}

/** A student's objective and what it is made of. */
export interface Objective extends Loss {
  /** The soft part, not yet weighted by alpha: see the loss. */
  readonly distillationLoss: number;
  /** Cross entropy with the hard labels at T = 1, not yet weighted by 1 − alpha. */
  readonly studentLoss: number;
}

/** What a student said and should have said: logits [n, classes], hard labels [n], and of each teacher [n, classes]. */
export interface DistillationTargets {
  readonly teachers: readonly ArrayLike<number>[];
  readonly ensemble?: EnsembleMean;
  readonly student: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** Written instead of a new array, [n, classes]. */
  readonly gradient?: Float64Array;
}

/**
 * KL(p‖q) at T, summed over classes and averaged over the batch, without a factor T²:
 * `kl_div(log_softmax(z_s / T), softmax(z_t / T), reduction='batchmean')`.
 */
export function klDivergence({
  teacher,
  student,
  classes,
  temperature = 1,
  gradient,
}: {
  teacher: ArrayLike<number>;
  student: ArrayLike<number>;
  classes: number;
  temperature?: number;
  gradient?: Float64Array;
}): Loss {
  const logTargets = logSoftLabels({ teachers: [teacher], classes, temperature });
  const out = outputArray(gradient, student.length).fill(0);
  return { value: addDivergence(out, { logTargets, student, classes, temperature, weight: 1 }), gradient: out };
}

/** Cross entropy with the hard labels: `torch.nn.functional.cross_entropy`. */
export function crossEntropy({
  logits,
  labels,
  classes,
  gradient,
}: Rows & { labels: ArrayLike<number>; gradient?: Float64Array }): Loss {
  const out = outputArray(gradient, logits.length).fill(0);
  return { value: addCrossEntropy(out, { logits, labels, classes, weight: 1 }), gradient: out };
}

/**
 * α·T²·KL(p‖q) + (1−α)·CE (Hinton, Vinyals, Dean 2015). T² makes up for the soft gradients' shrinking as 1/T², so that
 * α means the same at every T. `distillationLoss` is T²·KL.
 */
export function hinton(options: DistillationTargets & { temperature: number; alpha: number }): Objective {
  const { temperature, alpha } = options;
  const scale = temperature * temperature;
  return weightedSum(options, { temperature, scale, weight: alpha, hardWeight: 1 - alpha });
}

/**
 * (2·T² + α)·KL_mean + (1−α)·CE, where KL_mean is divided by B·C (`nn.KLDivLoss` at its default): the typo of a widely
 * copied snippet, for comparison. `distillationLoss` is KL_mean.
 */
export function snippet(options: DistillationTargets & { temperature: number; alpha: number }): Objective {
  const { temperature, alpha, classes } = options;
  const weight = 2 * temperature * temperature + alpha;
  return weightedSum(options, { temperature, scale: 1 / classes, weight, hardWeight: 1 - alpha });
}

/** weight·(scale·KL) + hardWeight·CE. */
function weightedSum(
  { teachers, ensemble = 'probabilities', student, labels, classes, gradient }: DistillationTargets,
  {
    temperature,
    scale,
    weight,
    hardWeight,
  }: { temperature: number; scale: number; weight: number; hardWeight: number },
): Objective {
  const logTargets = logSoftLabels({ teachers, classes, temperature, ensemble });
  const out = outputArray(gradient, student.length).fill(0);
  const divergence = addDivergence(out, { logTargets, student, classes, temperature, weight: weight * scale });
  const studentLoss = addCrossEntropy(out, { logits: student, labels, classes, weight: hardWeight });
  const distillationLoss = scale * divergence;
  return { value: weight * distillationLoss + hardWeight * studentLoss, distillationLoss, studentLoss, gradient: out };
}

/** Adds weight·∂KL/∂z_student to `gradient` and returns KL. */
function addDivergence(
  gradient: Float64Array,
  {
    logTargets,
    student,
    classes,
    temperature,
    weight,
  }: {
    logTargets: Float64Array;
    student: ArrayLike<number>;
    classes: number;
    temperature: number;
    weight: number;
  },
): number {
  if (logTargets.length !== student.length) {
    throw new RangeError(`${logTargets.length} logits of the teacher, ${student.length} of the student`);
  }
  const n = rowCount({ logits: student, classes });
  const logStudent = logSoftmax({ logits: student, classes, temperature });
  const factor = weight / (temperature * n);
  let sum = 0;
  for (let i = 0; i < logStudent.length; i++) {
    const logP = logTargets[i] ?? NaN;
    const logQ = logStudent[i] ?? NaN;
    const p = Math.exp(logP);
    sum += p * (logP - logQ);
    gradient[i] = (gradient[i] ?? NaN) + factor * (Math.exp(logQ) - p);
  }
  return sum / n;
}

/** Adds weight·∂CE/∂z to `gradient` and returns CE. */
function addCrossEntropy(
  gradient: Float64Array,
  { logits, labels, classes, weight }: Rows & { labels: ArrayLike<number>; weight: number },
): number {
  const n = rowCount({ logits, classes });
  const logSoft = logSoftmax({ logits, classes });
  const factor = weight / n;
  checkLabels({ labels, n, classes });
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    const target = start + (labels[row] ?? NaN);
    sum -= logSoft[target] ?? NaN;
    for (let i = start; i < start + classes; i++) {
      gradient[i] = (gradient[i] ?? NaN) + factor * Math.exp(logSoft[i] ?? NaN);
    }
    gradient[target] = (gradient[target] ?? NaN) - factor;
  }
  return sum / n;
}
