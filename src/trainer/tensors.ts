import type * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './engines/engine.js';

/** The tensor of a name. That it is missing is a defect of the program, so the error is not one for people. */
export function tensorNamed(tensors: Tensors, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`no tensor "${name}" among ${Object.keys(tensors).join(', ')}`);
  return tensor;
}
