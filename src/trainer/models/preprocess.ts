import * as tf from '@tensorflow/tfjs-core';
import { ProblemError } from '../../core/problem.js';
import type { InputSpec } from '../../core/spec/spec.js';
import type { PictureShape } from './model.js';
import { resized } from './resize.js';

/**
 * What a network sees of pictures of a shape, after its preprocessing: resized, and grey pictures with their channel
 * repeated where there is a mean or a deviation for each of several.
 * @throws ProblemError `input-channels` where there are means or deviations for another number of channels
 */
export function seenShape(picture: PictureShape, { size, mean, std }: InputSpec): PictureShape {
  const channels = Math.max(mean.length, std.length, picture.channels);
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values.length === 1 || (values.length === channels && [1, channels].includes(picture.channels))) continue;
    const wanted = picture.channels === 1 ? `${channels}, one for each as the other has` : `${picture.channels}`;
    throw new ProblemError({
      code: 'input-channels',
      message:
        `\`model.input.${name}\` has ${values.length} values, expected one for all channels, or ${wanted}: ` +
        `the pictures have ${picture.channels === 1 ? 'one channel' : `${picture.channels} channels`}.`,
      mend: 'Write one value, or one for each channel.',
      place: { path: `model.input.${name}` },
    });
  }
  if (size === null) return { ...picture, channels };
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { ...picture, height, width, channels };
}

/**
 * A network's own preprocessing: pictures resized as Pillow resizes them, bytes as float32 in 0..1 (torchvision's
 * `ToTensor`), less the mean, over the standard deviation (`Normalize`). The single channel of grey pictures meets a mean
 * for each of three channels as three equal ones, as PyTorch sees a grey picture that was converted to RGB.
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 */
export function preprocess(images: tf.Tensor4D, { size, interpolation, mean, std }: InputSpec): tf.Tensor4D {
  const [, height, width] = images.shape;
  const [newHeight, newWidth] = size === null ? [height, width] : typeof size === 'number' ? [size, size] : size;
  const pictures = resized(images, { height: newHeight, width: newWidth, interpolation });
  if ([...mean, ...std].length === 2 && mean[0] === 0 && std[0] === 1) return tf.div(pictures, 255);
  // (x / 255 − mean) / std as one product and one sum, for which large pictures pass through memory twice and not thrice.
  const channels = Math.max(mean.length, std.length);
  const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel] ?? NaN;
  const each = Array.from({ length: channels }, (_, channel) => ({ mean: at(mean, channel), std: at(std, channel) }));
  const scale = tf.tensor1d(each.map((channel) => 1 / (255 * channel.std)));
  const shift = tf.tensor1d(each.map((channel) => -channel.mean / channel.std));
  return tf.add(tf.mul(pictures, scale), shift);
}
