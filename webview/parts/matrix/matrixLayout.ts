import { textMeasure } from '../../export/fittedText.js';
import type { Theme } from '../../theme.js';

/** Where a matrix is drawn, in CSS pixels. */
export interface MatrixLayout {
  /** Room for the names of the rows, and above for those of the columns. */
  readonly left: number;
  readonly top: number;
  readonly cell: { readonly width: number; readonly height: number };
  /** Of what is seen. Where the cells are more than that they scroll under the names. */
  readonly width: number;
  readonly height: number;
}

const widestGutter = 96;
const largestBox = 720;

/**
 * Of many classes: square cells, all of which fit where they are not magnified.
 * @param longest width of the longest name
 */
export function layOut({
  width,
  longest,
  zoom,
  classes,
}: Readonly<Record<'width' | 'longest' | 'zoom' | 'classes', number>>): MatrixLayout {
  const box = Math.max(1, Math.min(width, largestBox));
  const gutter = Math.round(Math.min(longest + 8, widestGutter, box / 4));
  const cell = Math.max(1, (box - gutter) * zoom) / classes;
  return { left: gutter, top: gutter, cell: { width: cell, height: cell }, width: box, height: box };
}

/** Whether the cells have no room beside each other. */
export function isMagnified({ left, cell, width }: MatrixLayout, classes: number): boolean {
  return left + cell.width * classes > width + 0.5;
}

/** Size of the names beside a matrix of many classes, in CSS pixels. */
export function nameHeight({ fontSize }: Theme): number {
  return Math.max(9, fontSize - 2);
}

/** Width of the longest name as it is drawn, in CSS pixels. */
export function longestName(names: readonly string[], theme: Theme): number {
  const widthOf = textMeasure(nameHeight(theme), theme);
  // The longest text is nearly always among those of the most characters.
  const most = Math.max(0, ...names.map(({ length }) => length));
  const candidates = names.filter(({ length }) => length >= 0.7 * most).slice(0, 200);
  return Math.max(0, ...candidates.map(widthOf));
}
