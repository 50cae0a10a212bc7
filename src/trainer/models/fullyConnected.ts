import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import { dropped, linear, linearParameters } from './layers.js';
import type { DropoutSpec, ParameterSpec } from './model.js';

/** Linear layers `fc1`, `fc2` …, ReLU and dropout after each but the last, which gives the logits. */
export interface FullyConnected {
  readonly parameters: readonly ParameterSpec[];
  readonly dropouts: readonly DropoutSpec[];
  /** @param x float32 [batch, inputs] */
  forward(parameters: Tensors, x: tf.Tensor2D, masks: Tensors | null): tf.Tensor2D;
}

export function fullyConnected({
  inputs,
  hidden,
  classes,
  dropout,
}: {
  inputs: number;
  hidden: readonly number[];
  classes: number;
  dropout: number;
}): FullyConnected {
  const layers = [...hidden, classes].map((outputs, index) => ({
    name: `fc${index + 1}`,
    inputs: hidden[index - 1] ?? inputs,
    outputs,
  }));
  const last = layers.length - 1;
  const dropouts = layers.slice(0, last).map(({ name, outputs }) => ({ name, units: outputs, rate: dropout }));
  return {
    parameters: layers.flatMap(({ name, ...sizes }) => linearParameters(name, sizes)),
    dropouts: dropout > 0 ? dropouts : [],
    forward: (parameters, x, masks) =>
      layers.reduce((activations, { name }, index) => {
        const sums = linear(parameters, name, activations);
        if (index === last) return sums;
        return droppedAt(tf.relu(sums), masks, { name, rate: dropout });
      }, x),
  };
}

/** Drops units where training asks for it; without masks, or at rate 0, nothing is done. */
export function droppedAt(
  x: tf.Tensor2D,
  masks: Tensors | null,
  { name, rate }: { name: string; rate: number },
): tf.Tensor2D {
  return masks === null || rate === 0 ? x : dropped(x, tensorNamed(masks, name), rate);
}
