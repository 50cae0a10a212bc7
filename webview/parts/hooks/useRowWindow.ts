import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** The rows of a long list that are near enough to its window to be there. */
export interface RowWindow {
  /** Of all rows. */
  readonly count: number;
  /** From `first` up to, not including, `end`. */
  readonly first: number;
  readonly end: number;
  /** Of the window, in CSS pixels; 0 before it is known. */
  readonly width: number;
  /** By how many rows a page key moves: one less than are seen, so that the eye finds its place. */
  readonly page: number;
  readonly onScroll: () => void;
  /** Scrolls no further than is needed to see a row. */
  readonly reveal: (row: number) => void;
}

/** Rows beyond the window on either side, so that scrolling meets no gap. */
const spare = 4;

/**
 * Follows the size and the scrolling of a box with rows of one height.
 * @param tallest height of the box where it grows with its rows; all in CSS pixels
 */
export function useRowWindow(
  box: RefObject<HTMLElement | null>,
  { rowHeight, rowsIn, tallest }: { rowHeight: number; rowsIn: (width: number) => number; tallest?: number },
): RowWindow {
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  const [scrolled, setScrolled] = useState(0);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const measure = (): void => setSize({ width: current.clientWidth, height: current.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [box]);
  const count = rowsIn(width);
  const first = Math.min(count, Math.max(0, Math.floor(scrolled / rowHeight) - spare));
  const end = Math.max(first, Math.min(count, Math.ceil((scrolled + (tallest ?? height)) / rowHeight) + spare));
  return {
    count,
    first,
    end,
    width,
    page: Math.max(1, Math.floor(height / rowHeight) - 1),
    onScroll: () => setScrolled(box.current?.scrollTop ?? 0),
    reveal: (row) => {
      if (box.current === null) return;
      const top = row * rowHeight;
      const { scrollTop, clientHeight } = box.current;
      if (top < scrollTop) box.current.scrollTop = top;
      else if (top + rowHeight > scrollTop + clientHeight) box.current.scrollTop = top + rowHeight - clientHeight;
    },
  };
}
