import type { CountedModel } from './protocol.js';

/**
 * Share of the examples of two classes that were predicted as the other of the two, [classes, classes].
 * @param models those shown, whose mean it is: one order for all of them, so that a cell has one place
 */
export function symmetricConfusion(models: readonly CountedModel[], classes: number): Float64Array {
  const similarity = new Float64Array(classes * classes);
  for (const { counts, support } of models) {
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        const confused = (counts[a * classes + b] ?? 0) + (counts[b * classes + a] ?? 0);
        if (a === b || confused === 0) continue;
        const share = confused / ((support[a] ?? 0) + (support[b] ?? 0));
        similarity[a * classes + b] = (similarity[a * classes + b] ?? 0) + share / models.length;
      }
    }
  }
  return similarity;
}

/**
 * How alike models find two classes, either way, mean of all, [classes, classes].
 * @param matrices mean soft labels of each true class, [classes, classes] each
 */
export function symmetricLikeness(matrices: readonly Float64Array[], classes: number): Float64Array {
  const similarity = new Float64Array(classes * classes);
  for (const matrix of matrices) {
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        if (a === b) continue;
        const mean = (said(matrix[a * classes + b]) + said(matrix[b * classes + a])) / 2;
        similarity[a * classes + b] = (similarity[a * classes + b] ?? 0) + mean / matrices.length;
      }
    }
  }
  return similarity;
}

/** The row of a class that never occurs says nothing. */
function said(cell: number | undefined): number {
  return cell === undefined || Number.isNaN(cell) ? 0 : cell;
}
