import { RowSoftener } from './rowSoftener.js';
import type { LogitsColumn } from './splitLogits.js';

/** Which soft labels are meant: those that the examples of a true class get for a class. */
export interface ClassPlace {
  readonly truth: number;
  readonly label: number;
  readonly temperature: number;
}

/** The soft label of each example of a true class for another, [n] for each column; NaN for examples of other classes. */
export function classSoftLabels(
  {
    columns,
    labels,
    classes,
  }: { readonly columns: readonly LogitsColumn[]; readonly labels: Int32Array; readonly classes: number },
  { truth, label, temperature }: ClassPlace,
): Float64Array[] {
  return columns.map(({ members }) => {
    const softener = new RowSoftener(members, classes);
    const soft = new Float64Array(labels.length).fill(NaN);
    for (let row = 0; row < labels.length; row++) {
      if (labels[row] !== truth) continue;
      softener.soften({ row, temperature });
      soft[row] = softener.soft[label] ?? NaN;
    }
    return soft;
  });
}
