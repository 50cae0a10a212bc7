import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';
import { convolvedAndNormalized, pictureAfter, type NormalizedConvolution } from './normalizedConvolution.js';
import type { Pass } from './pass.js';
import type { PlaneSize } from './reach.js';

/** relu(layers(x) + shortcut(x)), ReLU between the layers (He et al. 2016). */
export interface ResidualBlock {
  readonly layers: readonly NormalizedConvolution[];
  /** A 1×1 convolution where the shape changes; null for x itself. */
  readonly shortcut: NormalizedConvolution | null;
}

/** What a block is made of: two 3×3 convolutions, or 1×1, 3×3 and 1×1 with a narrow middle. */
export type BlockKind = 'basic' | 'bottleneck';

/** How many times wider than its inner layers a block's output is. */
export const expansion: Readonly<Record<BlockKind, number>> = { basic: 1, bottleneck: 4 };

/**
 * Blocks of one stage, `<name>.0`, `<name>.1` …; the first changes width and size.
 * @param width channels of the inner layers
 * @param picture what the first of them sees
 */
export function residualStage(
  name: string,
  {
    kind,
    inputs,
    width,
    blocks,
    stride,
    picture,
  }: Record<'inputs' | 'width' | 'blocks' | 'stride', number> & { kind: BlockKind; picture: PlaneSize },
): ResidualBlock[] {
  const outputs = width * expansion[kind];
  const first = residualBlock(`${name}.0`, { kind, inputs, width, outputs, stride, picture });
  const others = Array.from({ length: blocks - 1 }, (_, index) =>
    residualBlock(`${name}.${index + 1}`, {
      kind,
      inputs: outputs,
      width,
      outputs,
      stride: 1,
      picture: pictureAfterBlock(first),
    }),
  );
  return [first, ...others];
}

function residualBlock(
  name: string,
  {
    kind,
    inputs,
    width,
    outputs,
    stride,
    picture,
  }: Record<'inputs' | 'width' | 'outputs' | 'stride', number> & { kind: BlockKind; picture: PlaneSize },
): ResidualBlock {
  // torchvision's bottleneck has the stride in its 3×3 convolution ("ResNet v1.5").
  const sizes =
    kind === 'basic'
      ? [
          { inputs, outputs: width, side: 3, stride },
          { inputs: width, outputs, side: 3, stride: 1 },
        ]
      : [
          { inputs, outputs: width, side: 1, stride: 1 },
          { inputs: width, outputs: width, side: 3, stride },
          { inputs: width, outputs, side: 1, stride: 1 },
        ];
  const layers: NormalizedConvolution[] = [];
  for (const [index, size] of sizes.entries()) {
    const before = layers.at(-1);
    layers.push({
      convolution: `${name}.conv${index + 1}`,
      normalization: `${name}.bn${index + 1}`,
      ...size,
      picture: before === undefined ? picture : pictureAfter(before),
    });
  }
  if (stride === 1 && inputs === outputs) return { layers, shortcut: null };
  const [convolution, normalization] = [`${name}.downsample.0`, `${name}.downsample.1`];
  return { layers, shortcut: { convolution, normalization, inputs, outputs, side: 1, stride, picture } };
}

/** The size of the pictures that a block gives. */
export function pictureAfterBlock({ layers }: ResidualBlock): PlaneSize {
  const last = layers.at(-1);
  if (last === undefined) throw new Error('a block without layers');
  return pictureAfter(last);
}

/** All that has weights, in the order of the state dict. */
export const convolutionsOf = ({ layers, shortcut }: ResidualBlock): readonly NormalizedConvolution[] =>
  shortcut === null ? layers : [...layers, shortcut];

/** @param x [batch, height, width, channels] */
export function throughBlock(
  parameters: Tensors,
  { layers, shortcut }: ResidualBlock,
  x: tf.Tensor4D,
  pass: Pass,
): tf.Tensor4D {
  const convolved = (layer: NormalizedConvolution, input: tf.Tensor4D) =>
    convolvedAndNormalized(parameters, layer, input, pass);
  const inner = layers.reduce((input, layer, index) => convolved(layer, index === 0 ? input : tf.relu(input)), x);
  return tf.relu(tf.add(inner, shortcut === null ? x : convolved(shortcut, x)));
}
