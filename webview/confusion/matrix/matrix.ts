import type { Cell } from '../../parts/matrix/cell.js';
import type { Judged } from '../../sums/judged.js';

export const measures = ['count', 'share'] as const;
/** Examples, or their share of all examples of the true class. */
export type Measure = (typeof measures)[number];

/** The matrix of a model, [classes, classes]. Shares are 0 … 1; in the row of a class that never occurs NaN. */
export function matrixOf({ counts, support, classes }: Judged, measure: Measure): Float64Array {
  const values = new Float64Array(counts);
  if (measure === 'count') return values;
  for (let truth = 0; truth < classes; truth++) {
    const examples = support[truth] ?? 0;
    for (let cell = truth * classes; cell < (truth + 1) * classes; cell++) {
      values[cell] = (values[cell] ?? NaN) / examples;
    }
  }
  return values;
}

/** The second matrix less the first, cell by cell. */
export function differenceOf({ first, second }: { first: Float64Array; second: Float64Array }): Float64Array {
  const difference = new Float64Array(first.length);
  for (let cell = 0; cell < difference.length; cell++) difference[cell] = (second[cell] ?? NaN) - (first[cell] ?? NaN);
  return difference;
}

/** Whether a difference in a cell is for the better: more on the diagonal, less beside it. */
export function isBetter({ truth, answer }: Cell, difference: number): boolean {
  return truth === answer ? difference > 0 : difference < 0;
}

/** The largest magnitude in a matrix, diagonal or not; 0 for one of zeros. */
export function largest(values: Float64Array, { classes, diagonal }: { classes: number; diagonal: boolean }): number {
  let most = 0;
  for (let cell = 0; cell < values.length; cell++) {
    const value = Math.abs(values[cell] ?? 0);
    // Few are larger than all before: only they are asked where they stand.
    if (value > most && (diagonal || cell % (classes + 1) !== 0)) most = value;
  }
  return most;
}
