import type { JSX } from 'preact';

const largestZoom = 32;

/** A magnification by so many steps more, each twice the one before, as far as there is one. */
export function zoomed(zoom: number, steps: number): number {
  return Math.min(largestZoom, Math.max(1, zoom * 2 ** steps));
}

interface ZoomChoiceProps {
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
}

/** How much a matrix of many classes is magnified. */
export function ZoomChoice({ zoom, onZoom }: ZoomChoiceProps): JSX.Element {
  return (
    <span class="segments" role="group" aria-label="Magnification">
      <button class="segment" title="Smaller (−)" disabled={zoom === 1} onClick={() => onZoom(-1)}>
        −
      </button>
      <span class="zoom">{zoom}×</span>
      <button class="segment" title="Larger (+)" disabled={zoom === largestZoom} onClick={() => onZoom(1)}>
        +
      </button>
    </span>
  );
}
