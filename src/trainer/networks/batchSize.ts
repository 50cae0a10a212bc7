import type { ModelSpec } from '../../core/spec.js';
import { seenShape } from '../models/preprocess.js';
import type { PictureShape } from '../models/model.js';

/** Enough to keep the cores busy. */
const most = 500;
/** What the values between the layers may take. */
const budget = 512 * 2 ** 20;
/** Float32 values between the layers at one time, for each number of a picture as the network sees it: generous. */
const perPixel = 48;

/**
 * How many pictures a network is asked about at once: what fits into half a gigabyte beside its weights. A picture of
 * 224×224 pixels takes about 30 MB on its way through a network, one of MNIST a fifth of one.
 */
export function evaluationBatch({ input }: Pick<ModelSpec, 'input'>, picture: PictureShape): number {
  const { height, width, channels } = seenShape(picture, input);
  const bytes = 4 * height * width * channels * perPixel;
  return Math.max(1, Math.min(most, Math.floor(budget / bytes)));
}
