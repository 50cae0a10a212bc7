import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows of one height, of which those near the window of their box are there. */
interface Rows {
  readonly count: number;
  /** In CSS pixels, as the style sheet has it. */
  readonly height: number;
  /** Height of the box where it grows with its rows, in CSS pixels. */
  readonly tallest?: number;
}

/** Follows how a box is sized and scrolled, and draws the component again when other rows come into sight. */
export function useVirtualRows(
  box: RefObject<HTMLElement | null>,
  { count, height, tallest = 0 }: Rows,
): Virtualizer<HTMLElement, HTMLElement> {
  const [, setNews] = useState(0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count,
    estimateSize: () => height,
    // Beyond the window on either side, so that scrolling meets no gap.
    overscan: 4,
    initialRect: { width: 0, height: tallest },
    getScrollElement: () => box.current,
    ...{ observeElementRect, observeElementOffset, scrollToFn: elementScroll },
    onChange: () => setNews((news) => news + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
