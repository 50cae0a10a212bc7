import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import type { ParameterSpec } from './model.js';
import { withGradient } from './withGradient.js';

/**
 * The parts networks are made of. Weights stay as PyTorch lays them out and are only read transposed; the traced engine
 * does that without moving memory.
 */

/** Side of a convolution's kernel, and of a pooling's window. */
const kernelSide = 3;
export const poolSide = 2;

/** [batch, height, width, channels] as [batch, channels·height·width]: the order of PyTorch's `flatten` of NCHW. */
export function flattened(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch, channels * height * width]);
}

/** `nn.Linear`: weight [out, in] and bias [out]. */
export function linearParameters(name: string, { inputs, outputs }: { inputs: number; outputs: number }) {
  return weightAndBias(name, { weight: [outputs, inputs], fanIn: inputs });
}

/** x·Wᵀ + b for x [batch, in]. */
export function linear(parameters: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = tensorNamed(parameters, `${name}.weight`);
  return tf.add(tf.matMul(x, weight, false, true), tensorNamed(parameters, `${name}.bias`));
}

/** `nn.Conv2d(inputs, outputs, 3, padding=1)`: weight [out, in, 3, 3] and bias [out]. */
export function convolutionParameters(name: string, { inputs, outputs }: { inputs: number; outputs: number }) {
  return weightAndBias(name, {
    weight: [outputs, inputs, kernelSide, kernelSide],
    fanIn: inputs * kernelSide * kernelSide,
  });
}

/** 3×3 convolution with stride 1 that keeps the size; x is [batch, height, width, in]. */
export function convolution(parameters: Tensors, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const convolved = convolved2d(x, tensorNamed(parameters, `${name}.weight`), { stride: 1, padding: 1 });
  return tf.add(convolved, tensorNamed(parameters, `${name}.bias`));
}

/** `F.conv2d` without bias, of x [batch, height, width, in] with a weight [out, in, height, width]. */
export function convolved2d(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  { stride, padding }: { stride: number; padding: number },
): tf.Tensor4D {
  if (!is4D(weight)) throw new Error(`a convolution's weight has rank ${weight.rank}, expected 4`);
  // Padding as a number: TensorFlow's `same` pads unevenly where strides are larger.
  return tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]), stride, padding);
}

/** 2×2 max pooling with stride 2; an odd last row or column is left out, as `nn.MaxPool2d(2)` does. */
export function pooled(x: tf.Tensor4D): tf.Tensor4D {
  return tf.maxPool(x, poolSide, poolSide, 'valid');
}

/** `nn.AdaptiveAvgPool2d(1)` and `flatten`: [batch, height, width, channels] as [batch, channels]. */
export function averaged(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return withGradient<tf.Tensor2D>([x], () => ({
    value: tf.mean(x, [1, 2]),
    saved: { x },
    gradient: (slope, saved) => {
      const share = tf.reshape(tf.div(slope, height * width), [batch, 1, 1, channels]);
      return [tf.mul(tf.onesLike(tensorNamed(saved, 'x')), share)];
    },
  }));
}

/**
 * Inverted dropout, as `nn.Dropout`: what is kept is scaled by 1/(1 − rate), so nothing changes when evaluating.
 * @param mask int32 [batch, units], 0 for dropped and 1 for kept
 */
export function dropped(x: tf.Tensor2D, mask: tf.Tensor, rate: number): tf.Tensor2D {
  // The mask is scaled, not the product: the gradient uses it again.
  return tf.mul(x, tf.mul(tf.cast(mask, 'float32'), 1 / (1 - rate)));
}

/** PyTorch's `kaiming_uniform(a = √5)` of the weights, and its rule for biases, come to U(±1/√fan_in) for both. */
function weightAndBias(
  name: string,
  { weight, fanIn }: { weight: readonly [number, ...number[]]; fanIn: number },
): ParameterSpec[] {
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) } as const;
  return [
    { name: `${name}.weight`, shape: weight, initial },
    { name: `${name}.bias`, shape: [weight[0]], initial },
  ];
}

const is4D = (tensor: tf.Tensor): tensor is tf.Tensor4D => tensor.rank === 4;
