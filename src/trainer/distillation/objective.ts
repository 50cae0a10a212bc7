import * as tf from '@tensorflow/tfjs-core';
import { assertNever } from '../../core/problem.js';
import { isStandardized } from '../../core/losses/standardize.js';
import type { DistillLoss } from '../../core/spec/spec.js';
import { product, softLoss } from './softLosses.js';
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
 * student's softmax at T; what the distillation losses are, softLosses.ts says.
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
  const read = (term: Term): tf.Tensor2D => terms?.read(term, student) ?? student;
  const distilled = (): tf.Tensor2D => read('distillation');
  const [teachers, pupil] = isStandardized(spec)
    ? [teacher.map((logits) => standardized(() => logits)), standardized(distilled)]
    : [teacher, distilled()];
  const logTargets = logSoftLabels(teachers, { temperature, ensemble: spec.ensemble });
  const scaled: tf.Tensor2D = tf.div(pupil, temperature);
  const squared = typeof temperature === 'number' ? temperature ** 2 : tf.square(temperature);
  const studentLoss = crossEntropy(read('student'), labels);
  const { loss, weight } = softLoss(spec, { logTargets, scaled, labels, squared });
  return {
    loss: tf.add(tf.mul(loss, product(weight, ramp)), tf.mul(studentLoss, 1 - spec.alpha)),
    distillationLoss: loss,
    studentLoss,
  };
}

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
