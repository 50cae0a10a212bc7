import { label, type Linear, type Shape } from '../../export/shapes.js';
import type { Theme } from '../../theme.js';
import type { Range } from '../scene/range.js';
import type { Scene } from '../scene/scene.js';

/** Of the plotting area, in CSS pixels; drawings begin at its upper left corner. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** Epochs closer together than this, in CSS pixels, are a line without dots. */
const dotSpacing = 7;
/** So are those of more lines than this: the dots of one would hide the next. */
const mostDotted = 32;

/** All lines of a scene. They go on beyond the plotting area: who draws them cuts them off. */
export function sceneShapes(scene: Scene, { width, height }: PlotSize): Shape[] {
  const x = linear(scene.x, 0, width);
  const y = linear(scene.y, height, 0);
  const areFew = scene.strokes.length <= mostDotted;
  return scene.strokes.map(({ points, kind, color, width: thickness, dash, opacity }) => {
    const { xs, ys, count } = points;
    const isDotted = areFew && kind === 'epochs' && count > 0 && width / count >= dotSpacing;
    return { kind: 'curve', ...{ xs, ys, count, x, y, color, dash, opacity, isDotted }, width: thickness };
  });
}

/** A name beside the end of a line. */
export interface EndLabel {
  readonly text: string;
  readonly color: string;
  /** In drawn units. */
  readonly y: number;
}

/** Names right of the plotting area, each at the height of its line, pushed apart where they would overlap. */
export function endLabelShapes(
  labels: readonly EndLabel[],
  { scene, plot: { width, height }, size }: { scene: Scene; plot: PlotSize; size: number },
): Shape[] {
  const y = linear(scene.y, height, 0);
  const gap = 1.25 * size;
  const placed = labels
    .map(({ y: value, ...of }) => ({ ...of, top: Math.min(height, Math.max(0, y.factor * value + y.offset)) }))
    .sort((a, b) => a.top - b.top);
  for (const [index, each] of placed.entries()) {
    const before = placed[index - 1];
    if (before !== undefined) each.top = Math.max(each.top, before.top + gap);
  }
  let lowest = height;
  for (const each of placed.toReversed()) {
    each.top = Math.min(each.top, lowest);
    lowest = each.top - gap;
  }
  return placed.map(({ text, color, top }) => label(text, { x: width + 6, y: top, color, anchor: 'start', size }));
}

/** In CSS pixels. */
export function endLabelSize(theme: Theme): number {
  return theme.fontSize - 2;
}

/** From a range to pixels. */
export function linear({ min, max }: Range, start: number, end: number): Linear {
  const factor = (end - start) / (max - min);
  return { factor, offset: start - factor * min };
}
