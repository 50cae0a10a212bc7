import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { dropped, linear, linearParameters } from './layers.js';
import type { DropoutSpec, Model, ParameterSpec } from './model.js';
import type { Pass } from './pass.js';

/** Linear layers `fc1`, `fc2` …, ReLU and dropout after each but the last, which gives the logits. */
export interface FullyConnected extends Pick<Model, 'head' | 'featureCount' | 'classify'> {
  readonly parameters: readonly ParameterSpec[];
  readonly dropouts: readonly DropoutSpec[];
  /**
   * What the last layer sees.
   * @param x float32 [batch, inputs]
   */
  features(parameters: Tensors, x: tf.Tensor2D, pass: Pass): tf.Tensor2D;
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
  const layers = hidden.map((outputs, index) => ({
    name: `fc${index + 1}`,
    inputs: hidden[index - 1] ?? inputs,
    outputs,
  }));
  const featureCount = hidden.at(-1) ?? inputs;
  const last = `fc${hidden.length + 1}`;
  const head = linearParameters(last, { inputs: featureCount, outputs: classes });
  const dropouts = layers.map(({ name, outputs }) => ({ name, units: outputs, rate: dropout }));
  return {
    parameters: [...layers.flatMap(({ name, ...sizes }) => linearParameters(name, sizes)), ...head],
    dropouts: dropout > 0 ? dropouts : [],
    head: head.map(({ name }) => name),
    featureCount,
    features: (parameters, x, pass) =>
      layers.reduce(
        (activations, { name }) =>
          droppedAt(tf.relu(linear(parameters, name, activations)), pass, { name, rate: dropout }),
        x,
      ),
    classify: (parameters, features) => linear(parameters, last, features),
  };
}

/** Drops units where training asks for it; when evaluating, or at rate 0, nothing is done. */
export function droppedAt(x: tf.Tensor2D, pass: Pass, { name, rate }: { name: string; rate: number }): tf.Tensor2D {
  const mask = rate === 0 ? null : pass.mask(name);
  return mask === null ? x : dropped(x, mask, rate);
}
