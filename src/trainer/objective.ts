import * as tf from '@tensorflow/tfjs-core';
import { assertNever } from '../core/problem.js';
import type { DistillSpec } from '../core/spec.js';

/** Scalars. `loss` is what is minimized; the other two are its parts before they are weighted by alpha. */
export interface Objective {
  readonly loss: tf.Scalar;
  /** hinton: T²·KL, averaged over the batch. snippet: KL, averaged over the batch and the classes. */
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

/**
 * What a student minimizes. No gradient reaches the teachers.
 *
 * - hinton: α·T²·KL(p‖q) + (1−α)·CE (Hinton, Vinyals, Dean 2015), KL as PyTorch's `batchmean`;
 * - snippet: (2·T² + α)·KL(p‖q) + (1−α)·CE, KL as PyTorch's `mean`, which divides by the number of classes as well.
 * @param teacher logits of each teacher, float32 [batch, classes]
 * @param student logits, float32 [batch, classes]
 * @param labels int32 [batch]
 */
export function distillationObjective(
  spec: DistillSpec,
  { teacher, student, labels }: { teacher: readonly tf.Tensor2D[]; student: tf.Tensor2D; labels: tf.Tensor1D },
): Objective {
  const [batch, classes] = student.shape;
  const { temperature, alpha } = spec;
  const divergence = summedDivergence({
    teacher: logSoftLabels(teacher, spec),
    student: tf.logSoftmax(tf.div(student, temperature)),
  });
  const studentLoss = crossEntropy(student, labels);
  const weighted = (distillationLoss: tf.Scalar, weight: number): Objective => ({
    loss: tf.add(tf.mul(distillationLoss, weight), tf.mul(studentLoss, 1 - alpha)),
    distillationLoss,
    studentLoss,
  });
  switch (spec.loss) {
    case 'hinton':
      return weighted(tf.mul(divergence, temperature ** 2 / batch), alpha);
    case 'snippet':
      return weighted(tf.div(divergence, batch * classes), 2 * temperature ** 2 + alpha);
    default:
      return assertNever(spec);
  }
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
function logSoftLabels(teachers: readonly tf.Tensor2D[], { temperature, ensemble }: DistillSpec): tf.Tensor2D {
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
