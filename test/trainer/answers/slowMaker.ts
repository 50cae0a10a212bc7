import type { RowMaker } from '../../../src/trainer/answers/frozenNet.js';

/** Row i of the toy's answers: i, i + 1/2, i + 2/2 … */
const row = (index: number, width: number): number[] =>
  Array.from({ length: width }, (_, column) => index + column / 2);

export function wanted({ n, width }: { n: number; width: number }): number[] {
  return Array.from({ length: n }, (_, index) => row(index, width)).flat();
}

/**
 * Makes eight rows at a time, and takes a moment for them.
 * @param until is waited for before the rows from `first` on are made
 */
export function slowMaker({
  width,
  onRows,
  until = () => Promise.resolve(),
}: {
  width: number;
  onRows: (count: number) => void;
  until?: (first: number) => Promise<void>;
}): RowMaker {
  return {
    width,
    batchSize: 8,
    rows: async ({ first, count }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await until(first);
      onRows(count);
      return Float32Array.from(Array.from({ length: count }, (_, index) => row(first + index, width)).flat());
    },
    dispose: () => Promise.resolve(),
  };
}
