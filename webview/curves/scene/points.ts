import type { MinMaxPyramid } from './pyramid.js';
import type { Positions } from './positions.js';
import type { Range } from './range.js';

/** The points of a drawn curve, [count] each; a y of NaN breaks the line. */
export class Points {
  xs = new Float64Array(64);
  ys = new Float64Array(64);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  push(x: number, y: number): void {
    if (this.count === this.xs.length) {
      this.xs = doubled(this.xs);
      this.ys = doubled(this.ys);
    }
    this.xs[this.count] = x;
    this.ys[this.count] = y;
    this.count++;
  }

  /** Ends the line here; what follows begins another. */
  lift(x: number): void {
    if (this.count > 0 && !Number.isNaN(this.ys[this.count - 1] ?? NaN)) this.push(x, NaN);
  }
}

/** A curve by step: its values with their extremes, and where the steps stand. */
export interface SteppedCurve {
  readonly pyramid: MinMaxPyramid;
  readonly positions: Positions;
}

/**
 * Writes the points with which a curve is drawn between two x: all of them where they are few, else the smallest and
 * the largest value of each of about `buckets` equal parts of the range. Extremes are never lost, and as the parts are
 * counted from x = 0, they stay where they are when the range moves. One point on either side of the range is added
 * so that the line goes on to the edge.
 */
export function collectPoints(
  { pyramid, positions }: SteppedCurve,
  { range, buckets, into }: { range: Range; buckets: number; into: Points },
): void {
  into.clear();
  const length = Math.min(positions.length, pyramid.values.length);
  const first = Math.min(length, positions.firstFrom(range.min));
  let end = Math.min(length, positions.firstFrom(range.max));
  while (end < length && positions.at(end) === range.max) end++;
  const from = Math.max(0, first - 1);
  const to = Math.min(length, end + 1);
  if (to - from <= 2 * buckets) {
    collectAll({ pyramid, positions }, { from, to, into });
    return;
  }
  const { values } = pyramid;
  const width = (range.max - range.min) / buckets;
  const indices = new Int32Array(2);
  if (from < first) pushValue({ pyramid, positions }, from, into);
  let start = first;
  for (let bucket = Math.floor(range.min / width); start < end; bucket++) {
    const stop = Math.min(end, positions.firstFrom((bucket + 1) * width));
    if (stop <= start) continue;
    pyramid.find(start, stop, indices);
    const [lowest = -1, highest = -1] = indices;
    start = stop;
    if (lowest < 0) {
      into.lift(positions.at(stop - 1));
      continue;
    }
    const earlier = Math.min(lowest, highest);
    const later = Math.max(lowest, highest);
    into.push(positions.at(earlier), values[earlier] ?? NaN);
    if (later !== earlier) into.push(positions.at(later), values[later] ?? NaN);
  }
  if (to > end) pushValue({ pyramid, positions }, end, into);
}

function collectAll(
  { pyramid, positions }: SteppedCurve,
  { from, to, into }: { from: number; to: number; into: Points },
): void {
  for (let index = from; index < to; index++) pushValue({ pyramid, positions }, index, into);
}

function pushValue({ pyramid, positions }: SteppedCurve, index: number, into: Points): void {
  const value = pyramid.values[index] ?? NaN;
  if (pyramid.isMissing(value)) into.lift(positions.at(index));
  else into.push(positions.at(index), value);
}

function doubled(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(2 * from.length);
  to.set(from);
  return to;
}
