import type { Calibration } from '../../../src/core/evaluation/calibration.js';
import type { Role } from '../../../src/core/spec/spec.js';
import { label, line, type Shape } from '../../export/shapes.js';
import { isHighContrast, type Theme } from '../../theme.js';

/** Bars of fewer examples are drawn faintly: a few more or less would move them far. */
export const fewest = 10;

/** Room for the names of the axes, the square of the diagram, and the bars of the examples under it, in CSS pixels. */
const left = 46;
const top = 8;
const side = 180;
const gap = 8;
const examplesHeight = 40;
const below = 20;

/** Of the whole drawing. */
export const diagramSize = { width: left + side + 10, height: top + side + gap + examplesHeight + below };

/** The middle of a bin and its edges on the drawing, as shares of its width. */
export function binArea(bin: number, bins: number): { readonly left: number; readonly width: number } {
  return { left: (left + (bin * side) / bins) / diagramSize.width, width: side / bins / diagramSize.width };
}

/** The bin at a place of the drawing; null beside all of them. @param share of the drawing's width */
export function binAt(share: number, bins: number): number | null {
  const bin = Math.floor(((share * diagramSize.width - left) * bins) / side);
  return bin >= 0 && bin < bins ? bin : null;
}

/**
 * A reliability diagram: how often the answers of a confidence are right, as bars; how sure the model is of them, as a
 * line across each bar, which lies on the diagonal where the model is as sure as it is right; and beneath how many
 * examples there are of each confidence, by the square root, since nearly all may be of one.
 */
export function reliabilityShapes({ bins }: Calibration, { role, theme }: { role: Role; theme: Theme }): Shape[] {
  const isFramed = isHighContrast(theme);
  const color = theme.party[role];
  const bottom = top + side;
  const floor = bottom + gap + examplesHeight;
  const x = (share: number): number => left + share * side;
  const y = (share: number): number => bottom - share * side;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const shapes: Shape[] = [];
  for (const share of [0, 0.5, 1]) {
    const isEnd = share !== 0.5;
    shapes.push(
      line({ x1: left, y1: y(share), x2: x(1), y2: y(share), color: theme.border, dash: isEnd ? [] : [1, 3] }),
      label(`${100 * share} %`, { x: left - 6, y: y(share), color: theme.muted, anchor: 'end' }),
      label(`${100 * share} %`, {
        x: x(share),
        y: floor + below / 2 + 2,
        color: theme.muted,
        anchor: share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      }),
    );
  }
  for (const { low, high, count, confidence, accuracy } of bins) {
    if (confidence === null || accuracy === null) continue;
    const opacity = count < fewest ? 0.35 : isFramed ? 1 : 0.75;
    const place = { x: x(low) + 0.5, width: (high - low) * side - 1, color, opacity, isFrame: isFramed };
    const tall = Math.sqrt(count / most) * examplesHeight;
    shapes.push(
      { kind: 'rect', ...place, y: y(accuracy), height: accuracy * side },
      { kind: 'rect', ...place, y: floor - tall, height: tall, color: theme.muted },
    );
  }
  shapes.push(line({ x1: x(0), y1: y(0), x2: x(1), y2: y(1), color: theme.muted, dash: [4, 3] }));
  for (const { low, high, confidence } of bins) {
    if (confidence === null) continue;
    const at = { y1: y(confidence), y2: y(confidence), color: theme.foreground };
    shapes.push(line({ x1: x(low) + 1, x2: x(high) - 1, ...at, width: 2 }));
  }
  shapes.push(line({ x1: left, y1: floor, x2: x(1), y2: floor, color: theme.border }));
  return shapes;
}
