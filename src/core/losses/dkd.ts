import * as z from 'zod';
import type { LossKind } from './lossKind.js';
import { alpha, always, standardize, weight } from './settings.js';
import { checkLabels } from './softmax.js';
import type { SoftRows } from './softRows.js';

const settings = z
  .strictObject({
    loss: z.literal('dkd').describe('Decoupled: target class and the rest weighed apart (Zhao et al. 2022).'),
    ...always,
    alpha: alpha.default(0.5),
    standardize,
    target: weight.default(1).describe('α of the paper: weight of the divergence between target and rest.'),
    nonTarget: weight.default(8).describe('β of the paper: weight of the divergence among the other classes.'),
  })
  .describe('Decoupled distillation: T²·(target·TCKD + nonTarget·NCKD) in place of T²·KL (Zhao et al. 2022).');

/** T²·(target·TCKD + nonTarget·NCKD). */
export const dkd: LossKind<typeof settings> = {
  settings,
  value: ({ temperature, target, nonTarget }, { rows, labels }) => {
    const divergences = decoupledDivergences(rows, labels);
    return temperature ** 2 * (target * divergences.target + nonTarget * divergences.others);
  },
};

/** The two divergences of which KL is made, each averaged over the batch, and neither weighted nor multiplied by T². */
export interface DecoupledDivergences {
  /** TCKD: between the target's probability and the rest's, two numbers a row. */
  readonly target: number;
  /** NCKD: among the classes that are not the target, as if the target were not there. */
  readonly others: number;
}

/**
 * Decoupled knowledge distillation (Zhao et al., CVPR 2022): KL = TCKD + (1 − p_target)·NCKD, row by row. Everything is
 * computed from logarithms, so that neither two classes nor a probability that underflows to 0 or 1 gives an infinity
 * (the authors' `dkd_loss` takes the logarithm of a sum of probabilities).
 * @param labels [n]
 * @throws RangeError where there is one class, or the labels are not those of the rows
 */
export function decoupledDivergences(rows: SoftRows, labels: ArrayLike<number>): DecoupledDivergences {
  const { n, classes } = rows;
  if (classes < 2) throw new RangeError('decoupled distillation needs two classes');
  checkLabels({ labels, n, classes });
  const shares = new Float64Array(classes);
  let targetSum = 0;
  let otherSum = 0;
  for (let row = 0; row < n; row++) {
    const { teacher: logP, student: logQ } = rows.at(row);
    const target = labels[row] ?? NaN;
    const logTargetP = logP[target] ?? NaN;
    const logTargetQ = logQ[target] ?? NaN;
    // The shares of the teacher, whose turn is last, are what is left.
    const logOthersQ = logSumOfOthers(logQ, target, shares);
    const logOthersP = logSumOfOthers(logP, target, shares);
    targetSum += Math.exp(logTargetP) * (logTargetP - logTargetQ);
    targetSum += Math.exp(logOthersP) * (logOthersP - logOthersQ);
    for (let i = 0; i < classes; i++) {
      if (i === target) continue;
      otherSum += (shares[i] ?? NaN) * ((logP[i] ?? NaN) - logOthersP - ((logQ[i] ?? NaN) - logOthersQ));
    }
  }
  return { target: targetSum / n, others: otherSum / n };
}

/**
 * log Σ exp over a row without its target.
 * @param shares of the sum are written there, [classes]
 */
function logSumOfOthers(logs: Float64Array, target: number, shares: Float64Array): number {
  let largest = -Infinity;
  for (let i = 0; i < logs.length; i++) if (i !== target) largest = Math.max(largest, logs[i] ?? NaN);
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    if (i === target) continue;
    const part = Math.exp((logs[i] ?? NaN) - largest);
    shares[i] = part;
    sum += part;
  }
  for (let i = 0; i < logs.length; i++) shares[i] = (shares[i] ?? NaN) / sum;
  return largest + Math.log(sum);
}
