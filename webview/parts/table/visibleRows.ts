/** Rows of a long list that are near enough to the window to be there: from `first` up to, not including, `end`. */
export interface VisibleRows {
  readonly first: number;
  readonly end: number;
}

/** Rows beyond the window on either side, so that scrolling meets no gap. */
const spare = 4;

/** All in CSS pixels; `scrolled` is how far, `height` how much is seen. */
export function visibleRows({
  rows,
  rowHeight,
  scrolled,
  height,
}: {
  rows: number;
  rowHeight: number;
  scrolled: number;
  height: number;
}): VisibleRows {
  const first = Math.max(0, Math.floor(scrolled / rowHeight) - spare);
  const end = Math.min(rows, Math.ceil((scrolled + height) / rowHeight) + spare);
  return { first: Math.min(first, rows), end: Math.max(end, Math.min(first, rows)) };
}
