import type { RandomStream } from '../../core/random.js';

/** Pixels that a picture is moved to the right and down; negative ones to the left and up. */
export interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/**
 * How the picture at a position of a batch is moved: each shift of up to `translate` pixels is equally likely.
 * @param stream of one step of training
 */
export function drawShift(
  stream: RandomStream,
  { position, translate }: { position: number; translate: number },
): Shift {
  const choices = 2 * translate + 1;
  return {
    dx: stream.below(choices, 2 * position) - translate,
    dy: stream.below(choices, 2 * position + 1) - translate,
  };
}

/**
 * Copies a picture moved by a shift, and fills what comes in from outside with 0.
 *
 * Pixels lie row by row, so the whole picture moves by one distance in memory; only the columns that came around from
 * the row beside must be cleared.
 * @param source and target: bytes [height, width, channels], not overlapping
 */
export function copyShifted(
  { source, target }: { source: Uint8Array; target: Uint8Array },
  { dx, dy }: Shift,
  { height, width, channels }: { height: number; width: number; channels: number },
): void {
  if (Math.abs(dx) >= width || Math.abs(dy) >= height) {
    target.fill(0);
    return;
  }
  const row = width * channels;
  const distance = dy * row + dx * channels;
  if (distance >= 0) {
    target.set(source.subarray(0, source.length - distance), distance);
    target.fill(0, 0, distance);
  } else {
    target.set(source.subarray(-distance));
    target.fill(0, target.length + distance);
  }
  if (dx === 0) return;
  const from = dx > 0 ? 0 : row + dx * channels;
  const count = Math.abs(dx) * channels;
  for (let start = from; start < target.length; start += row) {
    for (let pixel = start; pixel < start + count; pixel++) target[pixel] = 0;
  }
}
