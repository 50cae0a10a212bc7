import { checkLabels, logSoftmax, outputArray, rowCount } from './softmax.js';
import type { Loss } from './objective.js';

/** A decoupled loss and its two divergences, each averaged over the batch and not yet weighted or multiplied by T². */
export interface DecoupledLoss extends Loss {
  /** TCKD: between the target's probability and the rest's, two numbers a row. */
  readonly targetDivergence: number;
  /** NCKD: among the classes that are not the target, as if the target were not there. */
  readonly otherDivergence: number;
}

/**
 * T²·(α·TCKD + β·NCKD), decoupled knowledge distillation (Zhao et al., CVPR 2022), without the cross entropy that is
 * added to it in training. KL = TCKD + (1 − p_target)·NCKD, row by row. Everything is computed from logarithms, so that
 * neither two classes nor a probability that underflows to 0 or 1 gives an infinity (the authors' `dkd_loss` takes the
 * logarithm of a sum of probabilities).
 * @param gradient written instead of a new array, [n, classes]
 */
export function dkd({
  teacher,
  student,
  labels,
  classes,
  temperature,
  alpha = 1,
  beta = 8,
  gradient,
}: {
  teacher: ArrayLike<number>;
  student: ArrayLike<number>;
  labels: ArrayLike<number>;
  classes: number;
  temperature: number;
  alpha?: number;
  beta?: number;
  gradient?: Float64Array;
}): DecoupledLoss {
  const n = rowCount({ logits: student, classes });
  if (classes < 2) throw new RangeError('decoupled distillation needs two classes');
  if (teacher.length !== student.length) {
    throw new RangeError(`${teacher.length} logits of the teacher, ${student.length} of the student`);
  }
  checkLabels({ labels, n, classes });
  const logP = logSoftmax({ logits: teacher, classes, temperature });
  const logQ = logSoftmax({ logits: student, classes, temperature });
  const out = outputArray(gradient, student.length);
  const factor = temperature / n;
  let targetSum = 0;
  let otherSum = 0;
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    const target = start + (labels[row] ?? NaN);
    const logOthersP = logSumOfOthers(logP, { start, target, classes });
    const logOthersQ = logSumOfOthers(logQ, { start, target, classes });
    const logTargetP = logP[target] ?? NaN;
    const logTargetQ = logQ[target] ?? NaN;
    const targetP = Math.exp(logTargetP);
    const othersP = Math.exp(logOthersP);
    targetSum += targetP * (logTargetP - logTargetQ) + othersP * (logOthersP - logOthersQ);
    for (let i = start; i < start + classes; i++) {
      const q = Math.exp(logQ[i] ?? NaN);
      if (i === target) {
        out[i] = factor * alpha * (q - targetP);
        continue;
      }
      const logShareP = (logP[i] ?? NaN) - logOthersP;
      const logShareQ = (logQ[i] ?? NaN) - logOthersQ;
      const shareP = Math.exp(logShareP);
      const shareQ = Math.exp(logShareQ);
      otherSum += shareP * (logShareP - logShareQ);
      out[i] = factor * (alpha * (q - othersP * shareQ) + beta * (shareQ - shareP));
    }
  }
  const targetDivergence = targetSum / n;
  const otherDivergence = otherSum / n;
  const value = temperature * temperature * (alpha * targetDivergence + beta * otherDivergence);
  return { value, targetDivergence, otherDivergence, gradient: out };
}

/** log Σ exp over a row without its target. */
function logSumOfOthers(
  logs: Float64Array,
  { start, target, classes }: { start: number; target: number; classes: number },
): number {
  let largest = -Infinity;
  for (let i = start; i < start + classes; i++) if (i !== target) largest = Math.max(largest, logs[i] ?? NaN);
  let sum = 0;
  for (let i = start; i < start + classes; i++) if (i !== target) sum += Math.exp((logs[i] ?? NaN) - largest);
  return largest + Math.log(sum);
}
