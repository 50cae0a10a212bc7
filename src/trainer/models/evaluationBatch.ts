import type { Model } from './model.js';

/** Enough to keep the cores busy where pictures are small. */
const most = 500;
/** Memory for what a network has at hand between its layers. */
const bytes = 512 * 2 ** 20;
/**
 * Its widest layers together, as a multiple of the picture it sees: in a residual network's stem, or the attention and
 * the hidden layer of a vision transformer, about so many numbers are there at once for each of the picture.
 */
const widest = 16;

/** Pictures to evaluate at once: many small ones, but of large pictures only as many as fit into memory at once. */
export function evaluationBatchOf({ seen: { height, width, channels } }: Pick<Model, 'seen'>): number {
  const picture = Float32Array.BYTES_PER_ELEMENT * widest * height * width * channels;
  return Math.max(1, Math.min(most, Math.floor(bytes / picture)));
}
