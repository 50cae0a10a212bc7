import * as tf from '@tensorflow/tfjs-core';
import { resampleWeights, type Interpolation } from '../../core/resample.js';

/**
 * Pictures resized as Pillow's `Image.resize` does with pictures of bytes: first the rows, then the columns, each a
 * product with a constant matrix, and rounded to bytes after each. Without a gradient: pictures are given.
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 * @returns float32 [batch, height, width, channels], whole numbers 0..255
 */
export function resized(
  images: tf.Tensor4D,
  { height, width, interpolation }: { height: number; width: number; interpolation: Interpolation },
): tf.Tensor4D {
  const [batch, oldHeight, oldWidth, channels] = images.shape;
  const pixels: tf.Tensor4D = tf.cast(images, 'float32');
  if (oldHeight === height && oldWidth === width) return pixels;
  // Channels first: the traced engine, whose convolutions want them so, moves only the small pictures for it.
  const planes = tf.transpose(pixels, [0, 3, 1, 2]);
  const acrossRows = widened(planes, { width, interpolation });
  const whole = heightened(acrossRows, { height, interpolation });
  return tf.transpose(tf.reshape<tf.Rank.R4>(whole, [batch, channels, height, width]), [0, 2, 3, 1]);
}

/** @param planes [batch, channels, height, width] @returns [batch · channels, height, new width] */
function widened(
  planes: tf.Tensor4D,
  { width, interpolation }: { width: number; interpolation: Interpolation },
): tf.Tensor3D {
  const [batch, channels, height, from] = planes.shape;
  const rows = tf.reshape<tf.Rank.R2>(planes, [batch * channels * height, from]);
  const shape: [number, number, number] = [batch * channels, height, width];
  if (from === width) return tf.reshape(rows, shape);
  const weights = tf.tensor2d(resampleWeights({ from, to: width }, interpolation), [width, from]);
  return tf.reshape(asBytes(tf.matMul(halfUp(rows), weights, false, true), interpolation), shape);
}

/** @param planes [planes, height, width] @returns [planes, new height, width] */
function heightened(
  planes: tf.Tensor3D,
  { height, interpolation }: { height: number; interpolation: Interpolation },
): tf.Tensor3D {
  const [, from] = planes.shape;
  if (from === height) return planes;
  const weights = tf.tensor3d(resampleWeights({ from, to: height }, interpolation), [1, height, from]);
  return asBytes(tf.matMul(weights, halfUp(planes)), interpolation);
}

/**
 * Half a grey level more, so that what is cut off after it is rounded half up, as Pillow rounds. Weights sum to 1, so it
 * may be added before the product, where pictures that grow are still small.
 */
function halfUp<R extends tf.Rank>(pixels: tf.Tensor<R>): tf.Tensor<R> {
  return tf.add(pixels, 0.5);
}

/** Whole numbers, kept in 0..255, which only a kernel with negative weights leaves. */
function asBytes<R extends tf.Rank>(values: tf.Tensor<R>, interpolation: Interpolation): tf.Tensor<R> {
  const whole: tf.Tensor<R> = tf.floor(values);
  return interpolation === 'bicubic' ? tf.clipByValue(whole, 0, 255) : whole;
}
