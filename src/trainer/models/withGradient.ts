import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';

/** A value, and how gradients follow from what is saved of the forward pass. */
export interface Differentiable<T extends tf.Tensor> {
  readonly value: T;
  /** What the gradient needs, kept until the backward pass. */
  readonly saved: Tensors;
  /**
   * @param slope gradient of the loss by the value
   * @returns gradients by the inputs, in their order and shapes
   */
  readonly gradient: (slope: tf.Tensor, saved: Tensors) => tf.Tensor[];
}

/**
 * A function of tensors whose gradient is written by hand: in closed form it often takes fewer passes over memory than
 * the chain rule does operation by operation.
 */
export function withGradient<T extends tf.Tensor>(inputs: readonly tf.Tensor[], forward: () => Differentiable<T>): T {
  const operation = tf.customGrad<T>((...received) => {
    const save = received.at(-1);
    if (typeof save !== 'function') throw new Error('tfjs gave nothing to save tensors with');
    const { value, saved, gradient } = forward();
    const names = Object.keys(saved);
    save(Object.values(saved));
    return {
      value,
      gradFunc: (slope, tensors) =>
        gradient(slope, Object.fromEntries(tensors.map((tensor, index) => [names[index] ?? '', tensor]))),
    };
  });
  return operation(...inputs);
}
