import type { Judged } from '../sums/judged.js';

/**
 * Share of the examples of two classes that were taken for the other of the two, [classes, classes].
 * @param models those shown, whose mean it is: one order for all of them, so that a cell has one place
 */
export function symmetricConfusion(models: readonly Judged[], classes: number): Float64Array {
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
