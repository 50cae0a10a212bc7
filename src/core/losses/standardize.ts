import { outputArray, rowCount, type Rows } from './softmax.js';

/** Whether the logits of both are standardized, row by row, before they are softened. */
export const isStandardized = (loss: object): boolean => 'standardize' in loss && loss.standardize === true;

/** As in the authors' code: it keeps a row of equal logits at zeros. */
const epsilon = 1e-7;

/**
 * Each row of logits less its mean and divided by its standard deviation + 1e-7 (Sun et al., "Logit Standardization in
 * Knowledge Distillation", CVPR 2024). As in the authors' code the deviation is `torch.std`, with classes − 1 below the
 * line. Both teacher's and student's go to the loss.
 * @param out written instead of a new array, [n, classes]; may be the logits themselves
 */
export function standardizeLogits({ logits, classes, out }: Rows & { out?: Float64Array }): Float64Array {
  checkClasses({ logits, classes });
  const result = outputArray(out, logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const { mean, deviation } = moments({ logits, start, classes });
    for (let i = start; i < start + classes; i++) result[i] = ((logits[i] ?? NaN) - mean) / (deviation + epsilon);
  }
  return result;
}

function checkClasses(rows: Rows): void {
  rowCount(rows);
  if (rows.classes < 2) throw new RangeError('logits of a single class have no standard deviation');
}

function moments({ logits, start, classes }: Rows & { start: number }): { mean: number; deviation: number } {
  let sum = 0;
  for (let i = start; i < start + classes; i++) sum += logits[i] ?? NaN;
  const mean = sum / classes;
  let squares = 0;
  for (let i = start; i < start + classes; i++) squares += ((logits[i] ?? NaN) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / (classes - 1)) };
}
