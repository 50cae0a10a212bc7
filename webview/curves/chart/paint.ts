import type { Theme } from '../../theme.js';
import type { Range } from '../scene/range.js';
import type { Scene, Stroke } from '../scene/scene.js';
import { drawText } from '../../shownText.js';

/** A rectangle of the canvas, in its own pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Epochs closer together than this, in CSS pixels, are a line without dots. */
const dotSpacing = 7;
/** So are those of more lines than this: the dots of one would hide the next. */
const mostDotted = 32;

/** Draws all lines of a scene into a rectangle. @param ratio canvas pixels in a CSS pixel */
export function paintScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { box, ratio }: { box: Box; ratio: number },
): void {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.lineJoin = 'bevel';
  const areFew = scene.strokes.length <= mostDotted;
  for (const stroke of scene.strokes) paintStroke(context, stroke, { scene, box, ratio, areFew });
  context.restore();
}

function paintStroke(
  context: CanvasRenderingContext2D,
  { points, color, width, dash, opacity, kind }: Stroke,
  { scene, box, ratio, areFew }: { scene: Scene; box: Box; ratio: number; areFew: boolean },
): void {
  const x = linear(scene.x, box.left, box.left + box.width);
  const y = linear(scene.y, box.top + box.height, box.top);
  const { xs, ys, count } = points;
  context.strokeStyle = context.fillStyle = color;
  context.globalAlpha = opacity;
  context.lineWidth = width * ratio;
  context.setLineDash(dash.map((length) => length * ratio));
  context.beginPath();
  const dots = areFew && kind === 'epochs' && count > 0 && box.width / ratio / count >= dotSpacing;
  let isLifted = true;
  const alone: number[] = [];
  for (let index = 0; index < count; index++) {
    const value = ys[index] ?? NaN;
    if (Number.isNaN(value)) {
      isLifted = true;
      continue;
    }
    const left = x.factor * (xs[index] ?? NaN) + x.offset;
    const top = y.factor * value + y.offset;
    if (isLifted) {
      context.moveTo(left, top);
      if (index + 1 >= count || Number.isNaN(ys[index + 1] ?? NaN)) alone.push(index);
    } else {
      context.lineTo(left, top);
    }
    isLifted = false;
  }
  context.stroke();
  const radius = Math.max(width, 1.25) * 1.25 * ratio;
  const dotted = dots ? Array.from({ length: count }, (_, index) => index) : alone;
  for (const index of dotted) {
    const top = y.factor * (ys[index] ?? NaN) + y.offset;
    if (Number.isNaN(top)) continue;
    context.beginPath();
    context.arc(x.factor * (xs[index] ?? NaN) + x.offset, top, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/** A name beside the end of a line. */
export interface EndLabel {
  readonly text: string;
  readonly color: string;
  /** In drawn units. */
  readonly y: number;
}

/** Writes names into the margin right of the drawing, each at the height of its line, pushed apart where they would overlap. */
export function paintEndLabels(
  context: CanvasRenderingContext2D,
  labels: readonly EndLabel[],
  { scene, box, ratio, theme }: { scene: Scene; box: Box; ratio: number; theme: Theme },
): void {
  const y = linear(scene.y, box.top + box.height, box.top);
  const size = endLabelSize(theme) * ratio;
  const gap = 1.25 * size;
  const placed = labels
    .map(({ text, color, y: value }) => ({
      text,
      color,
      top: Math.min(box.top + box.height, Math.max(box.top, y.factor * value + y.offset)),
    }))
    .sort((a, b) => a.top - b.top);
  for (const [index, label] of placed.entries()) {
    const before = placed[index - 1];
    if (before !== undefined) label.top = Math.max(label.top, before.top + gap);
  }
  let lowest = box.top + box.height;
  for (const label of placed.toReversed()) {
    label.top = Math.min(label.top, lowest);
    lowest = label.top - gap;
  }
  context.save();
  context.font = `${size}px ${theme.fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const { text, color, top } of placed) {
    context.fillStyle = color;
    drawText(context, text, { x: box.left + box.width + 6 * ratio, y: top });
  }
  context.restore();
}

/** In CSS pixels. */
export function endLabelSize(theme: Theme): number {
  return theme.fontSize - 2;
}

/** y = factor · x + offset, from a range to pixels. */
export function linear({ min, max }: Range, start: number, end: number): { factor: number; offset: number } {
  const factor = (end - start) / (max - min);
  return { factor, offset: start - factor * min };
}
