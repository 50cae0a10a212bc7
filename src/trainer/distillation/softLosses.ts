import * as tf from '@tensorflow/tfjs-core';
import type { LossName, LossOf } from '../../core/losses/losses.js';

/** A number, or an input of the recorded step. */
export type Factor = number | tf.Scalar;

/** What a distillation loss is computed from in a step. */
interface SoftStep {
  /** Logarithms of what the teachers say together at T, [batch, classes]. */
  readonly logTargets: tf.Tensor2D;
  /** The student's logits divided by T, [batch, classes]. */
  readonly scaled: tf.Tensor2D;
  /** int32 [batch]. */
  readonly labels: tf.Tensor1D;
  /** T². */
  readonly squared: Factor;
}

/** A distillation loss, and what it is weighted with. */
interface SoftLoss {
  readonly loss: tf.Scalar;
  readonly weight: Factor;
}

/** Every distillation loss in operations that can be recorded; see core/losses/ for the same in float64. */
const softLosses: { readonly [L in LossName]: (spec: LossOf<L>, step: SoftStep) => SoftLoss } = {
  hinton: ({ alpha }, step) => ({
    loss: tf.mul(divergenceOf(step), over(step.squared, batchOf(step))),
    weight: alpha,
  }),
  snippet: ({ alpha }, step) => ({
    loss: tf.div(divergenceOf(step), step.scaled.size),
    weight: sum(product(2, step.squared), alpha),
  }),
  dkd: (spec, step) => ({
    loss: tf.mul(decoupled(spec, step), over(step.squared, batchOf(step))),
    weight: spec.alpha,
  }),
  dist: (spec, step) => ({ loss: tf.mul(relational(spec, step), step.squared), weight: spec.alpha }),
};

/** The distillation loss that a spec asks for, the mean over the batch, and its weight after the warm-up. */
export const softLoss = <L extends LossName>(spec: LossOf<L>, step: SoftStep): SoftLoss =>
  softLosses[spec.loss](spec, step);

const batchOf = ({ scaled }: SoftStep): number => scaled.shape[0];
const divergenceOf = ({ logTargets, scaled }: SoftStep): tf.Scalar =>
  summedDivergence({ teacher: logTargets, student: tf.logSoftmax(scaled) });

export const product = (a: Factor, b: Factor): Factor =>
  typeof a === 'number' && typeof b === 'number' ? a * b : tf.mul(a, b);
const sum = (a: Factor, b: number): Factor => (typeof a === 'number' ? a + b : tf.add(a, b));
const over = (a: Factor, b: number): Factor => (typeof a === 'number' ? a / b : tf.div(a, b));

/** Subtracted from a logit to take its class out: far below every other, near enough to stay a number. */
const faraway = 1e4;

/** target·TCKD + nonTarget·NCKD, summed over the batch; see core/losses/dkd.ts. */
function decoupled({ target, nonTarget }: LossOf<'dkd'>, { logTargets, scaled, labels }: SoftStep): tf.Scalar {
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
function relational({ interClass, intraClass }: LossOf<'dist'>, { logTargets, scaled }: SoftStep): tf.Scalar {
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
