import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '../../core/spec.js';
import type { PictureShape } from './model.js';

/** What a network sees of pictures of a shape, after its preprocessing. */
export function seenShape(picture: PictureShape, { size }: InputSpec): PictureShape {
  if (size === null) return picture;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { ...picture, height, width };
}

/**
 * A network's own preprocessing: bytes as float32 in 0..1 (torchvision's `ToTensor`), less the mean, over the standard
 * deviation (`Normalize`).
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 */
export function preprocess(images: tf.Tensor4D, { size, mean, std }: InputSpec): tf.Tensor4D {
  if (size !== null) throw new Error('resizing is not built yet');
  const scaled: tf.Tensor4D = tf.div(tf.cast(images, 'float32'), 255);
  if (mean.every((value) => value === 0) && std.every((value) => value === 1)) return scaled;
  return tf.div(tf.sub(scaled, tf.tensor1d([...mean])), tf.tensor1d([...std]));
}
