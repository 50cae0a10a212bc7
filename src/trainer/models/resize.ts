import * as tf from '@tensorflow/tfjs-core';
import type { AxisFraming, Framing } from '../../core/framing.js';
import { resampleWeights, type Interpolation } from '../../core/resample.js';

/**
 * Pictures resized as Pillow's `Image.resize` does with pictures of bytes: first the rows, then the columns, each a
 * product with a constant matrix, and rounded to bytes after each. What is cut off is not computed; margins come last.
 * Without a gradient: pictures are given.
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 * @param fill colour of the margins, one number or one a channel
 * @returns float32 [batch, height, width, channels], whole numbers 0..255
 */
export function framed(
  images: tf.Tensor4D,
  { rows, columns }: Framing,
  { interpolation, fill }: { interpolation: Interpolation; fill: readonly number[] },
): tf.Tensor4D {
  const [batch, , , channels] = images.shape;
  const pixels: tf.Tensor4D = tf.cast(images, 'float32');
  return withMargins(isKept(rows) && isKept(columns) ? pixels : resized(), { rows, columns }, fill);

  function resized(): tf.Tensor4D {
    // Channels first: the traced engine, whose convolutions want them so, moves only the small pictures for it.
    const planes = tf.transpose(pixels, [0, 3, 1, 2]);
    const acrossRows = widened(planes, { columns, interpolation });
    const whole = heightened(acrossRows, { rows, interpolation });
    return tf.transpose(tf.reshape<tf.Rank.R4>(whole, [batch, channels, rows.count, columns.count]), [0, 2, 3, 1]);
  }
}

/** Whether an axis stays as it is, but for margins. */
const isKept = ({ from, resized, count }: AxisFraming): boolean => from === resized && from === count;

/** @param planes [batch, channels, height, width] @returns [batch · channels, height, new width] */
function widened(
  planes: tf.Tensor4D,
  { columns, interpolation }: { columns: AxisFraming; interpolation: Interpolation },
): tf.Tensor3D {
  const [batch, channels, height, from] = planes.shape;
  const rows = tf.reshape<tf.Rank.R2>(planes, [batch * channels * height, from]);
  const shape: [number, number, number] = [batch * channels, height, columns.count];
  if (isKept(columns)) return tf.reshape(rows, shape);
  const weights = tf.tensor2d(keptWeights(columns, interpolation), [columns.count, from]);
  return tf.reshape(asBytes(tf.matMul(halfUp(rows), weights, false, true), interpolation), shape);
}

/** @param planes [planes, height, width] @returns [planes, new height, width] */
function heightened(
  planes: tf.Tensor3D,
  { rows, interpolation }: { rows: AxisFraming; interpolation: Interpolation },
): tf.Tensor3D {
  const [, from] = planes.shape;
  if (isKept(rows)) return planes;
  const weights = tf.tensor3d(keptWeights(rows, interpolation), [1, rows.count, from]);
  return asBytes(tf.matMul(weights, halfUp(planes)), interpolation);
}

/** Of the new pixels those that are kept. */
function keptWeights({ from, resized, first, count }: AxisFraming, interpolation: Interpolation): Float32Array {
  return resampleWeights({ from, to: resized }, interpolation).subarray(first * from, (first + count) * from);
}

function withMargins(pictures: tf.Tensor4D, { rows, columns }: Framing, fill: readonly number[]): tf.Tensor4D {
  const margins = [rows.before, rows.after, columns.before, columns.after];
  if (margins.every((margin) => margin === 0)) return pictures;
  const pad = (images: tf.Tensor4D): tf.Tensor4D =>
    tf.pad(images, [[0, 0], [rows.before, rows.after], [columns.before, columns.after], [0, 0]]); // prettier-ignore
  if (fill.every((value) => value === 0)) return pad(pictures);
  // Whole numbers, so that what is taken away and added again is the same to the bit.
  const colour = tf.tensor1d([...fill]);
  return tf.add(pad(tf.sub(pictures, colour)), colour);
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
