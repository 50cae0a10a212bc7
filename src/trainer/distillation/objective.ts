import * as tf from '@tensorflow/tfjs-core';
import { assertNever } from '../../core/problem.js';
import { isStandardized } from '../../core/spec/parts/distillWords.js';
import type { DistillLoss } from '../../core/spec/spec.js';
import type { Term, TermGradients } from './termGradients.js';

/** Scalars. `loss` is what is minimized; the other two are its parts before they are weighted by alpha. */
export interface Objective {
  readonly loss: tf.Scalar;
  /** See `distillationObjective`. */
  readonly distillationLoss: tf.Scalar;
  /** Cross-entropy of the student with the hard labels, at T = 1. */
  readonly studentLoss: tf.Scalar;
}

/**
 * Cross-entropy with hard labels, averaged over the batch: PyTorch's `F.cross_entropy`.
 * @param logits float32 [batch, classes]
 * @param labels int32 [batch]
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const [batch, classes] = logits.shape;
  const hard = tf.oneHot(labels, classes, 1, 0, 'float32');
  return tf.mul(tf.sum(tf.mul(hard, tf.logSoftmax(logits))), -1 / batch);
}

/** What of a loss may change from step to step: numbers, or inputs of the recorded step. */
export interface ScheduleValue {
  readonly temperature: number | tf.Scalar;
  /** Multiplies the weight of the distillation loss: below 1 while it is warmed up. */
  readonly ramp: number | tf.Scalar;
}

/**
 * What a student minimizes: α·ramp·distillation + (1−α)·CE. No gradient reaches the teachers. p and q are teacher's and
 * student's softmax at T; the distillation loss is
 *
 * - hinton: T²·KL(p‖q) (Hinton, Vinyals, Dean 2015), KL as PyTorch's `batchmean`;
 * - snippet: KL(p‖q) as PyTorch's `mean`, which divides by the number of classes as well; weighed with 2·T² + α;
 * - dkd: T²·(target·TCKD + nonTarget·NCKD) (Zhao et al. 2022);
 * - dist: T²·(interClass·(1 − r over classes) + intraClass·(1 − r over examples)) (Huang et al. 2022).
 * @param teacher logits of each teacher, float32 [batch, classes]
 * @param student logits, float32 [batch, classes]
 * @param labels int32 [batch]
 * @param terms takes down what gradient comes from which term
 */
export function distillationObjective(
  spec: DistillLoss,
  { teacher, student, labels }: { teacher: readonly tf.Tensor2D[]; student: tf.Tensor2D; labels: tf.Tensor1D },
  { temperature, ramp }: ScheduleValue = { temperature: spec.temperature, ramp: 1 },
  terms: TermGradients | null = null,
): Objective {
  const [batch, classes] = student.shape;
  const read = (term: Term): tf.Tensor2D => terms?.read(term, student) ?? student;
  const distilled = (): tf.Tensor2D => read('distillation');
  const [teachers, pupil] = isStandardized(spec)
    ? [teacher.map((logits) => standardized(() => logits)), standardized(distilled)]
    : [teacher, distilled()];
  const logTargets = logSoftLabels(teachers, { temperature, ensemble: spec.ensemble });
  const scaled: tf.Tensor2D = tf.div(pupil, temperature);
  const squared = typeof temperature === 'number' ? temperature ** 2 : tf.square(temperature);
  const studentLoss = crossEntropy(read('student'), labels);
  const weighted = (distillationLoss: tf.Scalar, weight: number | tf.Scalar): Objective => ({
    loss: tf.add(tf.mul(distillationLoss, product(weight, ramp)), tf.mul(studentLoss, 1 - spec.alpha)),
    distillationLoss,
    studentLoss,
  });
  const divergence = (): tf.Scalar => summedDivergence({ teacher: logTargets, student: tf.logSoftmax(scaled) });
  switch (spec.loss) {
    case 'hinton':
      return weighted(tf.mul(divergence(), over(squared, batch)), spec.alpha);
    case 'snippet':
      return weighted(tf.div(divergence(), batch * classes), sum(product(2, squared), spec.alpha));
    case 'dkd':
      return weighted(tf.mul(decoupled(spec, { logTargets, scaled, labels }), over(squared, batch)), spec.alpha);
    case 'dist':
      return weighted(tf.mul(relational(spec, { logTargets, scaled }), squared), spec.alpha);
    default:
      return assertNever(spec);
  }
}

const product = (a: number | tf.Scalar, b: number | tf.Scalar): number | tf.Scalar =>
  typeof a === 'number' && typeof b === 'number' ? a * b : tf.mul(a, b);
const sum = (a: number | tf.Scalar, b: number): number | tf.Scalar => (typeof a === 'number' ? a + b : tf.add(a, b));
const over = (a: number | tf.Scalar, b: number): number | tf.Scalar => (typeof a === 'number' ? a / b : tf.div(a, b));

/** Rows less their mean and divided by their standard deviation + 1e-7, as core/losses/standardize.ts in float64. @param read gives the logits */
function standardized(read: () => tf.Tensor2D): tf.Tensor2D {
  const mean = tf.mean(read(), 1, true);
  const logits = read();
  const classes = logits.shape[1];
  const centered = tf.sub(logits, mean);
  // A row of equal logits has no slope: the larger of the two passes none on.
  const variance = tf.maximum(tf.div(tf.sum(tf.square(centered), 1, true), classes - 1), 1e-24);
  return tf.div(centered, tf.add(tf.sqrt(variance), 1e-7));
}

/** Subtracted from a logit to take its class out: far below every other, near enough to stay a number. */
const faraway = 1e4;

/** target·TCKD + nonTarget·NCKD, summed over the batch; see core/losses/dkd.ts. */
function decoupled(
  { target, nonTarget }: Extract<DistillLoss, { loss: 'dkd' }>,
  { logTargets, scaled, labels }: { logTargets: tf.Tensor2D; scaled: tf.Tensor2D; labels: tf.Tensor1D },
): tf.Scalar {
  const isTarget = tf.oneHot(labels, scaled.shape[1], 1, 0, 'float32');
  const aside = tf.mul(isTarget, faraway);
  const logTarget = (log: tf.Tensor2D): tf.Tensor2D => tf.sum<tf.Tensor2D>(tf.mul(isTarget, log), 1, true);
  const logRest = (log: tf.Tensor2D): tf.Tensor2D => tf.logSumExp<tf.Tensor2D>(tf.sub(log, aside), 1, true);
  const others = (logits: tf.Tensor2D): tf.Tensor2D => tf.logSoftmax(tf.sub(logits, aside));
  const logStudent = tf.logSoftmax(scaled);
  // The two parts of one sum: what each adds of the other's is what makes it exact.
  const targetDivergence = tf.add(
    summedDivergence({ teacher: logTarget(logTargets), student: logTarget(logStudent) }),
    summedDivergence({ teacher: logRest(logTargets), student: logRest(logStudent) }),
  );
  const otherDivergence = summedDivergence({ teacher: others(logTargets), student: others(scaled) });
  return tf.add(tf.mul(targetDivergence, target), tf.mul(otherDivergence, nonTarget));
}

/** interClass·(1 − r̄ of the rows) + intraClass·(1 − r̄ of the columns); see core/losses/dist.ts. */
function relational(
  { interClass, intraClass }: Extract<DistillLoss, { loss: 'dist' }>,
  { logTargets, scaled }: { logTargets: tf.Tensor2D; scaled: tf.Tensor2D },
): tf.Scalar {
  const [p, q] = [tf.exp(logTargets), tf.softmax(scaled)];
  const rows = tf.mean<tf.Scalar>(correlations(p, q, 1));
  const columns = tf.mean<tf.Scalar>(correlations(p, q, 0));
  return tf.add(tf.mul(tf.sub(1, rows), interClass), tf.mul(tf.sub(1, columns), intraClass));
}

/** Pearson's r along an axis, with the authors' 1e-8 below the line. */
function correlations(a: tf.Tensor2D, b: tf.Tensor2D, axis: 0 | 1): tf.Tensor {
  const [x, y] = [a, b].map((values) => tf.sub(values, tf.mean(values, axis, true)));
  if (x === undefined || y === undefined) throw new Error('two of two');
  // The square root of 0 has no slope: something is added that is lost beside anything else.
  const norm = (values: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(tf.sum(tf.square(values), axis), 1e-30));
  return tf.div(tf.sum(tf.mul(x, y), axis), tf.add(tf.mul(norm(x), norm(y)), 1e-8));
}

/**
 * Σ p·(log p − log q) over batch and classes, from log p and log q [batch, classes]: with logarithms on both sides
 * nothing overflows, and a probability that underflows to 0 meets a finite logarithm.
 *
 * At high temperatures p and q are so close that this sum is lost in float32 among terms that cancel. Adding Σ(q − p),
 * which is 0, makes every term one of second order; q − p = −(p + q)·tanh(½·log(p/q)) is exact however close they are.
 * The gradient is told and not derived: the simple form's, −p for log q, and none for the teacher.
 */
function summedDivergence({ teacher, student }: { teacher: tf.Tensor2D; student: tf.Tensor2D }): tf.Scalar {
  const divergence = tf.customGrad<tf.Scalar>((logQ, save) => {
    if (!(logQ instanceof tf.Tensor) || typeof save !== 'function') throw new Error('unexpected arguments');
    const p = tf.exp(teacher);
    const ratio = tf.sub(teacher, logQ);
    const difference = tf.mul(tf.add(p, tf.exp(logQ)), tf.tanh(tf.mul(ratio, 0.5)));
    save([p]);
    return {
      value: tf.sum(tf.sub(tf.mul(p, ratio), difference)),
      gradFunc: (dy, saved) => saved.map((soft) => tf.mul(soft, tf.neg(dy))),
    };
  });
  return divergence(student);
}

/** Logarithms of what the teachers say together at the temperature. */
function logSoftLabels(
  teachers: readonly tf.Tensor2D[],
  { temperature, ensemble }: Pick<ScheduleValue, 'temperature'> & Pick<DistillLoss, 'ensemble'>,
): tf.Tensor2D {
  const logProbabilities = (logits: tf.Tensor2D): tf.Tensor2D => tf.logSoftmax(tf.div(logits, temperature));
  const [first, ...others] = teachers;
  if (first === undefined) throw new Error('distillation without a teacher');
  if (others.length === 0) return logProbabilities(first);
  switch (ensemble) {
    case 'logits':
      return logProbabilities(tf.div(total(teachers), teachers.length));
    case 'probabilities':
      return logMean(teachers.map(logProbabilities));
    default:
      return assertNever(ensemble);
  }
}

/** log of the mean of exp(x), with the largest taken out so that no exponential underflows everywhere. */
function logMean(logarithms: readonly tf.Tensor2D[]): tf.Tensor2D {
  const largest = logarithms.reduce((a, b) => tf.maximum(a, b));
  const sum = total(logarithms.map((x) => tf.exp(tf.sub(x, largest))));
  return tf.add(largest, tf.log(tf.div(sum, logarithms.length)));
}

const total = (tensors: readonly tf.Tensor2D[]): tf.Tensor2D => tensors.reduce((a, b) => tf.add(a, b));
