import type * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';

/** A trainable tensor, named and laid out as in PyTorch's state dict: linear [out, in], convolution [out, in, h, w]. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Uniform in ±bound, as PyTorch's default initialization of Linear and Conv2d draws them. */
  readonly bound: number;
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

/** A network as a pure function of its parameters. */
export interface Model {
  readonly parameters: readonly ParameterSpec[];
  readonly dropouts: readonly DropoutSpec[];
  /**
   * @param parameters tensors by name, in PyTorch's layout
   * @param images int32 or float32 [batch, height, width, channels], 0..255
   * @param masks by name of the dropout while training; null when evaluating
   * @returns logits float32 [batch, classes]
   */
  forward(parameters: Tensors, images: tf.Tensor4D, masks: Tensors | null): tf.Tensor2D;
}
