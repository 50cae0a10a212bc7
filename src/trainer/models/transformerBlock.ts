import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import { linear } from './layers.js';
import { layerNorm, layerNormParameters } from './layerNorm.js';
import type { Distribution, ParameterSpec } from './model.js';
import { withGradient } from './withGradient.js';

export interface BlockSizes {
  /** Of a token. */
  readonly width: number;
  /** Of attention; they share the width evenly. */
  readonly heads: number;
  /** Units between the two linear layers. */
  readonly hidden: number;
}

/**
 * timm's `trunc_normal_(std=.02)`, which cuts at ±2, a hundred deviations away. Its own draw has one weight in 2²⁴ there,
 * since single precision rounds to where the inverse of the integral is infinite; that is not imitated.
 */
export const timmWeights: Distribution = { kind: 'normal', deviation: 0.02 };

/** `nn.Linear` as timm begins it in a vision transformer (`init_weights_vit_timm`): small weights, biases of 0. */
export const timmLinearParameters = (
  name: string,
  { inputs, outputs }: { inputs: number; outputs: number },
): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [outputs, inputs], initial: timmWeights },
  { name: `${name}.bias`, shape: [outputs], initial: { kind: 'constant', value: 0 } },
];

/** Of timm's `Block`, in the order of its state dict. */
export function transformerBlockParameters(name: string, { width, hidden }: BlockSizes): ParameterSpec[] {
  return [
    ...layerNormParameters(`${name}.norm1`, width),
    ...timmLinearParameters(`${name}.attn.qkv`, { inputs: width, outputs: 3 * width }),
    ...timmLinearParameters(`${name}.attn.proj`, { inputs: width, outputs: width }),
    ...layerNormParameters(`${name}.norm2`, width),
    ...timmLinearParameters(`${name}.mlp.fc1`, { inputs: width, outputs: hidden }),
    ...timmLinearParameters(`${name}.mlp.fc2`, { inputs: hidden, outputs: width }),
  ];
}

/**
 * timm's `Block`: x + attention(norm1(x)), then the same with two linear layers and GELU between them.
 * @param x tokens of all pictures, [batch·tokens, width]
 */
export function throughTransformerBlock(
  parameters: Tensors,
  name: string,
  x: tf.Tensor2D,
  { heads, batch }: BlockSizes & { batch: number },
): tf.Tensor2D {
  const attended = attention(parameters, `${name}.attn`, layerNorm(parameters, `${name}.norm1`, x), { heads, batch });
  const y = tf.add<tf.Tensor2D>(x, attended);
  const hidden = gelu(linear(parameters, `${name}.mlp.fc1`, layerNorm(parameters, `${name}.norm2`, y)));
  return tf.add(y, linear(parameters, `${name}.mlp.fc2`, hidden));
}

/** softmax(q·kᵀ/√d)·v in every head, of queries, keys and values that one layer gives (Vaswani et al. 2017). */
function attention(
  parameters: Tensors,
  name: string,
  x: tf.Tensor2D,
  { heads, batch }: { heads: number; batch: number },
): tf.Tensor2D {
  const [rows, width] = x.shape;
  const [tokens, headWidth] = [rows / batch, width / heads];
  const joined = tf.reshape(linear(parameters, `${name}.qkv`, x), [batch, tokens, 3, heads, headWidth]);
  const [query, key, value] = tf.unstack(tf.transpose(joined, [2, 0, 3, 1, 4]));
  if (query === undefined || key === undefined || value === undefined) throw new Error('three parts were stacked');
  const weights = tf.softmax(tf.matMul(tf.mul(query, 1 / Math.sqrt(headWidth)), key, false, true));
  const mixed = tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]);
  return linear(parameters, `${name}.proj`, tf.reshape<tf.Rank.R2>(mixed, [rows, width]));
}

/** `nn.GELU()`: x·Φ(x), Φ being the normal distribution, by the error function and not by tanh. */
function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>([x], () => {
    const share = tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);
    return {
      value: tf.mul(x, share),
      saved: { x, share },
      gradient: (slope, saved) => {
        const x = tensorNamed(saved, 'x');
        const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return [tf.mul(slope, tf.add(tensorNamed(saved, 'share'), tf.mul(x, density)))];
      },
    };
  });
}
