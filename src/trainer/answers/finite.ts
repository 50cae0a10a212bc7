import { ProblemError } from '../../core/problem.js';
import { count, counted } from '../../core/words.js';
import type { RowMaker } from './frozenNet.js';

/** Whose answers they are: for people, and the file to look at. */
export interface Answering {
  readonly name: string;
  readonly file: string | null;
}

/**
 * Refuses answers that are not all finite: of a single one every loss becomes NaN.
 * @param values [n, width]
 * @throws ProblemError `not-finite`
 */
export function checkFinite(
  values: Float32Array,
  { width, of, to }: { width: number; of: Answering; to: string },
): void {
  // A product with 0 is 0 for finite numbers and NaN for all others.
  let sum = 0;
  for (const value of values) sum += value * 0;
  if (sum === 0) return;
  const n = values.length / width;
  let bad = 0;
  for (let row = 0; row < n; row++) if (!values.subarray(row * width, (row + 1) * width).every(Number.isFinite)) bad++;
  throw new ProblemError({
    code: 'not-finite',
    message: `${of.name} answers NaN or infinity to ${count(bad)} of ${counted(n, 'picture')} of ${to} that it was asked about, where all numbers must be finite.`,
    fix:
      of.file === null
        ? 'Train it again, with a smaller learning rate.'
        : 'Nothing can be learned from it: check the file with the program it is from, its weights and the `input` it was made for (`mean`, `std`), or export it again in float32.',
    ...(of.file === null ? {} : { place: { file: of.file } }),
  });
}

/** Rows that are looked at as they are made. @param to for people: of which pictures */
export function finiteRows(maker: RowMaker, { of, to }: { of: Answering; to: string }): RowMaker {
  return {
    ...maker,
    rows: async (range) => {
      const rows = await maker.rows(range);
      checkFinite(rows, { width: maker.width, of, to });
      return rows;
    },
  };
}
