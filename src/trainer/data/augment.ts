import { randomStream, type RandomStream } from '../../core/random.js';
import type { AugmentSpec } from '../../core/spec/spec.js';

/** The size of a picture of bytes. */
export interface PictureBytes {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Pixels that a picture is moved to the right and down; negative ones to the left and up. */
export interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/** What happens to the picture at a position of a batch: it is moved first, and mirrored then. */
export interface Change {
  readonly shift: Shift;
  readonly mirrored: boolean;
}

/**
 * The changes to the pictures of one step, drawn by (seed, step); null where nothing is changed at all. `translate` moves,
 * `crop` is torchvision's `RandomCrop(size, padding)`, `flip` its `RandomHorizontalFlip` after that. A crop of the
 * picture's own size out of a border is a move, so both are drawn alike, and no experiment has both.
 */
export function changesOf(
  { translate, crop, flip }: AugmentSpec,
  { seed, step }: { seed: number; step: number },
): ((position: number) => Change) | null {
  const most = Math.max(translate, crop);
  if (most === 0 && !flip) return null;
  const shifts = randomStream(seed, 'translate', step);
  const mirrors = randomStream(seed, 'flip', step);
  return (position) => ({
    shift: drawShift(shifts, { position, most }),
    mirrored: flip && mirrors.below(2, position) === 1,
  });
}

/**
 * How the picture at a position of a batch is moved: each shift of up to `most` pixels is equally likely.
 * @param stream of one step of training
 */
function drawShift(stream: RandomStream, { position, most }: { position: number; most: number }): Shift {
  const choices = 2 * most + 1;
  return {
    dx: stream.below(choices, 2 * position) - most,
    dy: stream.below(choices, 2 * position + 1) - most,
  };
}

/** Copies a picture, changed. @param source and target: bytes [height, width, channels], not overlapping */
export function copyChanged(
  pictures: { source: Uint8Array; target: Uint8Array },
  { shift, mirrored }: Change,
  size: PictureBytes,
): void {
  copyShifted(pictures, shift, size);
  if (mirrored) mirror(pictures.target, size);
}

/** Turns a picture left to right where it lies. */
function mirror(picture: Uint8Array, { height, width, channels }: PictureBytes): void {
  const row = width * channels;
  for (let start = 0; start < height * row; start += row) {
    let left = start;
    let right = start + row - channels;
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const kept = picture[left + channel] ?? 0;
        picture[left + channel] = picture[right + channel] ?? 0;
        picture[right + channel] = kept;
      }
    }
  }
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
  { height, width, channels }: PictureBytes,
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
