import * as tf from '@tensorflow/tfjs-core';
import { framingOf, sizeOf } from '../../core/framing.js';
import { ProblemError } from '../../core/problem.js';
import type { InputSpec } from '../../core/spec/spec.js';
import type { PictureShape } from './model.js';
import { framed } from './resize.js';

/**
 * What a network sees of pictures of a shape, after its preprocessing: resized, and grey pictures with their channel
 * repeated where there is a mean or a deviation for each of several.
 * @throws ProblemError `input-channels` where there are means, deviations or colours for another number of channels;
 *   `input-fit`, `input-range` for settings that do not go together
 */
export function seenShape(picture: PictureShape, input: InputSpec): PictureShape {
  const { mean, std, fill = [0] } = input;
  const channels = Math.max(mean.length, std.length, fill.length, picture.channels);
  for (const [name, values] of Object.entries({ mean, std, fill })) {
    if (values.length === 1 || (values.length === channels && [1, channels].includes(picture.channels))) continue;
    const wanted = picture.channels === 1 ? `${channels}, one for each as the other has` : `${picture.channels}`;
    throw new ProblemError({
      code: 'input-channels',
      message:
        `\`model.input.${name}\` has ${values.length} values, expected one for all channels, or ${wanted}: ` +
        `the pictures have ${picture.channels === 1 ? 'one channel' : `${picture.channels} channels`}.`,
      fix: 'Write one value, or one for each channel.',
      place: { path: `model.input.${name}` },
    });
  }
  checkInput(input);
  return { ...picture, ...sizeOf(picture, input.size), channels };
}

/** Settings that mean nothing without one another. */
function checkInput({ size, fit = 'stretch', resize, fill, range = [0, 1] }: InputSpec): void {
  if (fit !== 'stretch' && size === null) {
    throw wrongInput('fit', `\`fit\` says how a picture becomes \`size\`, and there is none.`, 'Write `size` as well.');
  }
  if (resize !== undefined && fit !== 'crop') {
    throw wrongInput(
      'resize',
      '`resize` is the size before the centre is cut out, and nothing is.',
      'Write "fit": "crop", or remove it.',
    );
  }
  if (fill !== undefined && fit === 'stretch') {
    throw wrongInput(
      'fill',
      '`fill` is the colour of margins, and there are none.',
      'Write "fit": "pad", or remove it.',
    );
  }
  if (range[0] < range[1]) return;
  throw wrongInput('range', `\`range\` goes from ${range[0]} up to ${range[1]}.`, 'Write the smaller number first.');
}

function wrongInput(key: 'fit' | 'resize' | 'fill' | 'range', message: string, fix: string): ProblemError {
  const code = key === 'range' ? 'input-range' : 'input-fit';
  return new ProblemError({ code, message, fix, place: { path: `model.input.${key}` } });
}

/**
 * A network's own preprocessing: pictures resized as Pillow resizes them, and cut or given margins; their channels in the
 * network's order; bytes as float32 in its range, 0..1 unless it has another (torchvision's `ToTensor`), less the mean,
 * over the standard deviation (`Normalize`). The single channel of grey pictures meets a mean for each of three channels
 * as three equal ones, as PyTorch sees a grey picture that was converted to RGB.
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 */
export function preprocess(images: tf.Tensor4D, input: InputSpec): tf.Tensor4D {
  const { interpolation, mean, std, fill = [0], order = 'rgb', range = [0, 1] } = input;
  const [, height, width] = images.shape;
  const pictures = inOrder(framed(images, framingOf({ height, width }, input), { interpolation, fill }), order);
  const [black, white] = range;
  const isUnit = black === 0 && white === 1;
  if (isUnit && [...mean, ...std].length === 2 && mean[0] === 0 && std[0] === 1) return tf.div(pictures, 255);
  // (x / 255 − mean) / std as one product and one sum, for which large pictures pass through memory twice and not thrice.
  const channels = Math.max(mean.length, std.length);
  const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel] ?? NaN;
  const each = Array.from({ length: channels }, (_, channel) => ({ mean: at(mean, channel), std: at(std, channel) }));
  const scale = tf.tensor1d(each.map((channel) => (white - black) / (255 * channel.std)));
  const shift = tf.tensor1d(each.map((channel) => (black - channel.mean) / channel.std));
  return tf.add(tf.mul(pictures, scale), shift);
}

/** Channels in the order that the network sees; a grey picture has but one. */
function inOrder(pictures: tf.Tensor4D, order: 'rgb' | 'bgr'): tf.Tensor4D {
  if (order === 'rgb' || pictures.shape[3] === 1) return pictures;
  return tf.concat(tf.split<tf.Tensor4D>(pictures, pictures.shape[3], 3).reverse(), 3);
}
