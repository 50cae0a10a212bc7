import type * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import type { Pass } from './pass.js';
import type { ReachablePart, Reach } from './reach.js';

/** How the values that training begins with are drawn. */
export type Distribution =
  /** Uniform in ±bound. */
  | { readonly kind: 'uniform'; readonly bound: number }
  /** Normal around 0. */
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'constant'; readonly value: number };

/** A trainable tensor, named and laid out as in PyTorch's state dict: linear [out, in], convolution [out, in, h, w]. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Distribution;
  /** Of a kernel: the taps that ever meet a picture; absent where all do. */
  readonly reach?: Reach;
  /** What it is a part of; absent where it is whole. */
  readonly part?: ReachablePart;
}

/**
 * A tensor without gradient that a forward pass in training replaces, as batch normalization's running statistics;
 * named as in PyTorch's state dict.
 */
export interface BufferSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Extract<Distribution, { kind: 'constant' }>;
  /** Counts something: float32 here, I64 in PyTorch's files. */
  readonly integer: boolean;
}

/** A place where units are dropped while training; its mask is an input [batch, units] of 0 and 1. */
export interface DropoutSpec {
  readonly name: string;
  readonly units: number;
  readonly rate: number;
}

/** What a network sees and what it tells apart: pixels, and the number of classes. */
export interface PictureShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** A network as a pure function of its parameters and buffers: a backbone that gives features, and a linear head. */
export interface Model {
  /** Pictures as the network sees them, after its preprocessing. */
  readonly seen: PictureShape;
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  readonly dropouts: readonly DropoutSpec[];
  /** Names of the parameters of the last linear layer. */
  readonly head: readonly string[];
  /** Length of the features that the head sees. */
  readonly featureCount: number;
  /**
   * @param parameters tensors by name, in PyTorch's layout
   * @param images int32 or float32 [batch, height, width, channels], 0..255
   * @returns what the head sees, float32 [batch, featureCount]
   */
  features(parameters: Tensors, images: tf.Tensor4D, pass: Pass): tf.Tensor2D;
  /**
   * The head alone; of the parameters it asks for those in `head`.
   * @param features float32 [batch, featureCount]
   * @returns logits float32 [batch, classes]
   */
  classify(parameters: Tensors, features: tf.Tensor2D): tf.Tensor2D;
}

/** All tensors that make up a trained network, parameters first. */
export const stateOf = (model: Pick<Model, 'parameters' | 'buffers'>): readonly (ParameterSpec | BufferSpec)[] => [
  ...model.parameters,
  ...model.buffers,
];

/**
 * The whole network.
 * @param images int32 or float32 [batch, height, width, channels], 0..255
 * @returns logits float32 [batch, classes]
 */
export function logitsOf(model: Model, parameters: Tensors, images: tf.Tensor4D, pass: Pass): tf.Tensor2D {
  return model.classify(parameters, model.features(parameters, images, pass));
}
