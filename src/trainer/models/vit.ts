import * as tf from '@tensorflow/tfjs-core';
import { ProblemError } from '../../core/problem.js';
import type { ModelSpec } from '../../core/spec/spec.js';
import type { Tensors } from '../engines/engine.js';
import { tensorNamed } from '../tensors.js';
import { linear } from './layers.js';
import { layerNorm, layerNormParameters } from './layerNorm.js';
import type { Model, ParameterSpec, PictureShape } from './model.js';
import { preprocess, seenShape } from './preprocess.js';
import {
  throughTransformerBlock,
  timmLinearParameters,
  timmWeights,
  transformerBlockParameters,
  type BlockSizes,
} from './transformerBlock.js';

type VitSpec = Extract<ModelSpec, { kind: 'vit' }>;

/** Width of the tokens; every head of attention has 64 of it. */
const widths: Readonly<Record<VitSpec['variant'], number>> = { b16: 768, s16: 384, ti16: 192 };
const headWidth = 64;

/**
 * timm's `vit_base_patch16_224`, `vit_small_…` and `vit_tiny_…`: patches as tokens, a class token before them, positions
 * added, pre-norm blocks, and the class token of the last normalization as features for `head` (Dosovitskiy et al. 2021).
 * @param size width of the tokens, a multiple of 64; the variant's own unless given
 * @throws ProblemError `model-picture-size` where patches do not fill the picture
 */
export function vit(spec: VitSpec, picture: PictureShape, size = widths[spec.variant]): Model {
  const seen = seenShape(picture, spec.input);
  const { height, width, channels, classes } = seen;
  const { patch } = spec;
  if (height % patch !== 0 || width % patch !== 0) throw unfilled({ height, width, patch });
  const tokens = 1 + (height / patch) * (width / patch);
  const sizes: BlockSizes = { width: size, heads: size / headWidth, hidden: 4 * size };
  const blocks = Array.from({ length: spec.layers }, (_, index) => `blocks.${index}`);
  const head = timmLinearParameters('head', { inputs: size, outputs: classes });
  return {
    seen,
    parameters: [
      { name: 'cls_token', shape: [1, 1, size], initial: { kind: 'normal', deviation: 1e-6 } },
      { name: 'pos_embed', shape: [1, tokens, size], initial: timmWeights },
      ...patchParameters({ patch, channels, size }),
      ...blocks.flatMap((name) => transformerBlockParameters(name, sizes)),
      ...layerNormParameters('norm', size),
      ...head,
    ],
    buffers: [],
    dropouts: [],
    head: head.map(({ name }) => name),
    featureCount: size,
    features: (parameters, images) => {
      const embedded = withPositions(
        parameters,
        patchTokens(parameters, preprocess(images, spec.input), { patch, size }),
      );
      const batch = images.shape[0];
      const x = blocks.reduce(
        (activations, name) => throughTransformerBlock(parameters, name, activations, { ...sizes, batch }),
        tf.reshape<tf.Rank.R2>(embedded, [batch * tokens, size]),
      );
      // The last normalization goes token by token, so the others may be left out before it.
      const classToken = tf.slice(tf.reshape(x, [batch, tokens, size]), [0, 0, 0], [batch, 1, size]);
      return layerNorm(parameters, 'norm', tf.reshape<tf.Rank.R2>(classToken, [batch, size]));
    },
    classify: (parameters, features) => linear(parameters, 'head', features),
  };
}

/** A convolution whose windows are the patches, begun as PyTorch begins convolutions. */
function patchParameters({ patch, channels, size }: Record<'patch' | 'channels' | 'size', number>): ParameterSpec[] {
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(channels * patch * patch) } as const;
  return [
    { name: 'patch_embed.proj.weight', shape: [size, channels, patch, patch], initial },
    { name: 'patch_embed.proj.bias', shape: [size], initial },
  ];
}

/** Pictures as tokens [batch, patches, width]: windows do not overlap, so the convolution is a product of matrices. */
function patchTokens(
  parameters: Tensors,
  x: tf.Tensor4D,
  { patch, size }: { patch: number; size: number },
): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / patch, width / patch];
  const weight = tensorNamed(parameters, 'patch_embed.proj.weight');
  const windows = tf.transpose(tf.reshape(x, [batch, rows, patch, columns, patch, channels]), [0, 1, 3, 5, 2, 4]);
  const pixels = channels * patch * patch;
  const tokens = tf.matMul(
    tf.reshape<tf.Rank.R2>(windows, [batch * rows * columns, pixels]),
    tf.reshape<tf.Rank.R2>(weight, [size, pixels]),
    false,
    true,
  );
  return tf.reshape(tf.add(tokens, tensorNamed(parameters, 'patch_embed.proj.bias')), [batch, rows * columns, size]);
}

/**
 * The class token before the others, and the positions added to all. The token is added to a row of zeros with its
 * position, which both are of every picture: to repeat it for every picture would cost a gradient of as many parts.
 */
function withPositions(parameters: Tensors, tokens: tf.Tensor3D): tf.Tensor3D {
  const around = (before: number, after: number): [number, number][] => [
    [0, 0],
    [before, after],
    [0, 0],
  ];
  const added = tf.add(
    tensorNamed(parameters, 'pos_embed'),
    tf.pad(tensorNamed(parameters, 'cls_token'), around(0, tokens.shape[1])),
  );
  return tf.add(tf.pad(tokens, around(1, 0)), added);
}

function unfilled({ height, width, patch }: Record<'height' | 'width' | 'patch', number>): ProblemError {
  const next = Math.ceil(Math.max(height, width) / patch) * patch;
  return new ProblemError({
    code: 'model-picture-size',
    message: `Patches of ${patch}×${patch} pixels do not fill pictures of ${height}×${width}.`,
    fix: `Give \`input.size\` a multiple of ${patch}, as ${next}, or \`patch\` a number that divides both sides.`,
    place: { path: 'model.patch' },
  });
}
