import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import type { ParameterSpec } from './model.js';
import { withGradient } from './withGradient.js';

/** timm's for vision transformers; PyTorch's own default is 1e-5. */
const epsilon = 1e-6;

/** `nn.LayerNorm`: weight and bias [width], begun as 1 and 0. */
export function layerNormParameters(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [width], initial: { kind: 'constant', value: 1 } },
    { name: `${name}.bias`, shape: [width], initial: { kind: 'constant', value: 0 } },
  ];
}

/**
 * `nn.LayerNorm(width, eps=1e-6)` of every row of x [rows, width] (Ba, Kiros, Hinton 2016): weight · x̂ + bias with
 * x̂ = (x − mean)/σ. Its gradient is σ⁻¹ · (g − mean(g) − x̂ · mean(g·x̂)) for g = weight · slope.
 */
export function layerNorm(parameters: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = tensorNamed(parameters, `${name}.weight`);
  const bias = tensorNamed(parameters, `${name}.bias`);
  return withGradient<tf.Tensor2D>([x, weight, bias], () => {
    const centered = tf.sub(x, tf.mean(x, 1, true));
    const scale = tf.div(1, tf.sqrt(tf.add(tf.mean(tf.square(centered), 1, true), epsilon)));
    const standard = tf.mul(centered, scale);
    return {
      value: tf.add(tf.mul(standard, weight), bias),
      saved: { standard, scale, weight },
      gradient: (slope, saved) => {
        const standard = tensorNamed(saved, 'standard');
        const inner = tf.mul(slope, tensorNamed(saved, 'weight'));
        const along = tf.mean(tf.mul(inner, standard), 1, true);
        const rest = tf.sub(tf.sub(inner, tf.mean(inner, 1, true)), tf.mul(standard, along));
        return [tf.mul(rest, tensorNamed(saved, 'scale')), tf.sum(tf.mul(slope, standard), 0), tf.sum(slope, 0)];
      },
    };
  });
}
