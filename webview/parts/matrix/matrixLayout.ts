/** Where a large matrix is drawn inside its box, in CSS pixels. */
export interface MatrixLayout {
  /** Room for the names of rows and of columns. */
  readonly gutter: number;
  /** Of all classes along a side; more than the box has where it is magnified. */
  readonly size: number;
  /** Of the box that is seen. */
  readonly box: number;
}

const widestGutter = 96;
const largestBox = 720;

/**
 * The whole matrix fits where it is not magnified.
 * @param longest width of the longest name
 */
export function layOut({ width, longest, zoom }: { width: number; longest: number; zoom: number }): MatrixLayout {
  const box = Math.max(1, Math.min(width, largestBox));
  const gutter = Math.round(Math.min(longest + 8, widestGutter, box / 4));
  return { gutter, size: Math.max(1, (box - gutter) * zoom), box };
}

/** Every how many classes a name has room, a whole number. */
export function labelStep({ size, classes, line }: { size: number; classes: number; line: number }): number {
  return Math.max(1, Math.ceil((line * classes) / size));
}
