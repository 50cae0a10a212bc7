import * as tf from '@tensorflow/tfjs-core';
import type { ModelSpec } from '../../core/spec/spec.js';
import { averaged, linear, linearParameters } from './layers.js';
import type { Model, PictureShape } from './model.js';
import {
  convolvedAndNormalized,
  normalizedBuffers,
  normalizedParameters,
  pictureAfter,
  type NormalizedConvolution,
} from './normalizedConvolution.js';
import { preprocess, seenShape } from './preprocess.js';
import { afterSliding, type Sliding } from './reach.js';
import {
  convolutionsOf,
  expansion,
  pictureAfterBlock,
  residualStage,
  throughBlock,
  type BlockKind,
  type ResidualBlock,
} from './residualBlock.js';

/** torchvision's depths: the kind of block, and how many of them each stage has. */
const depths: Readonly<
  Record<Extract<ModelSpec, { kind: 'resnet' }>['depth'], { kind: BlockKind; blocks: readonly number[] }>
> = {
  18: { kind: 'basic', blocks: [2, 2, 2, 2] },
  34: { kind: 'basic', blocks: [3, 4, 6, 3] },
  50: { kind: 'bottleneck', blocks: [3, 4, 6, 3] },
};

/**
 * `torchvision.models.resnet18`, `34` and `50`: a 7×7 convolution and 3×3 max pooling, both with stride 2, stages of 64
 * to 512 channels, the average, `fc`. Pictures of every size fit.
 */
export function resnet(spec: Extract<ModelSpec, { kind: 'resnet' }>, picture: PictureShape): Model {
  const { kind, blocks } = depths[spec.depth];
  return residualNetwork(spec, picture, {
    stem: { outputs: 64, side: 7, stride: 2 },
    pooling: { side: 3, stride: 2, padding: 1 },
    kind,
    stages: blocks.map((count, index) => ({ width: 64 * 2 ** index, blocks: count })),
  });
}

/** RepDistiller's depths: blocks of each stage, channels of the stem and of the stages. */
const variants: Readonly<
  Record<
    Extract<ModelSpec, { kind: 'cifar-resnet' }>['variant'],
    { blocks: number; stem: number; widths: readonly number[] }
  >
> = {
  resnet20: { blocks: 3, stem: 16, widths: [16, 32, 64] },
  resnet32: { blocks: 5, stem: 16, widths: [16, 32, 64] },
  resnet56: { blocks: 9, stem: 16, widths: [16, 32, 64] },
  resnet8x4: { blocks: 1, stem: 32, widths: [64, 128, 256] },
  resnet32x4: { blocks: 5, stem: 32, widths: [64, 128, 256] },
};

/**
 * The residual networks of RepDistiller and mdistiller (`models/resnet.py`): a 3×3 convolution, three stages, the
 * average, `fc`. Where the shape changes the shortcut is a normalized 1×1 convolution (He et al.'s option B), not
 * padding with zeros as in their paper's networks for CIFAR. The average is over all that is left of the picture: of
 * 32×32 pixels the 8×8 that RepDistiller averages.
 */
export function cifarResnet(spec: Extract<ModelSpec, { kind: 'cifar-resnet' }>, picture: PictureShape): Model {
  const { blocks, stem, widths } = variants[spec.variant];
  return residualNetwork(spec, picture, {
    stem: { outputs: stem, side: 3, stride: 1 },
    pooling: null,
    kind: 'basic',
    stages: widths.map((width) => ({ width, blocks })),
  });
}

interface Layout {
  readonly stem: Pick<NormalizedConvolution, 'outputs' | 'side' | 'stride'>;
  /** Max pooling after the stem. */
  readonly pooling: Sliding | null;
  readonly kind: BlockKind;
  /** All but the first halve the picture. */
  readonly stages: readonly { readonly width: number; readonly blocks: number }[];
}

function residualNetwork(
  { input }: Pick<Extract<ModelSpec, { kind: 'resnet' }>, 'input'>,
  picture: PictureShape,
  { stem, pooling, kind, stages }: Layout,
): Model {
  const seen = seenShape(picture, input);
  const first: NormalizedConvolution = {
    convolution: 'conv1',
    normalization: 'bn1',
    inputs: seen.channels,
    ...stem,
    picture: seen,
  };
  const stemmed = pictureAfter(first);
  const pooled = pooling === null ? stemmed : afterSliding(stemmed, pooling);
  const blocks: ResidualBlock[] = [];
  for (const [index, stage] of stages.entries()) {
    const [before, last] = [stages[index - 1], blocks.at(-1)];
    blocks.push(
      ...residualStage(`layer${index + 1}`, {
        ...stage,
        kind,
        inputs: before === undefined ? stem.outputs : before.width * expansion[kind],
        stride: before === undefined ? 1 : 2,
        picture: last === undefined ? pooled : pictureAfterBlock(last),
      }),
    );
  }
  const convolutions = [first, ...blocks.flatMap(convolutionsOf)];
  const featureCount = (stages.at(-1)?.width ?? stem.outputs) * expansion[kind];
  const head = linearParameters('fc', { inputs: featureCount, outputs: seen.classes });
  return {
    seen,
    parameters: [...convolutions.flatMap(normalizedParameters), ...head],
    buffers: convolutions.flatMap(normalizedBuffers),
    dropouts: [],
    head: head.map(({ name }) => name),
    featureCount,
    features: (parameters, images, pass) => {
      const x = tf.relu(convolvedAndNormalized(parameters, first, preprocess(images, input), pass));
      const begun = pooling === null ? x : tf.maxPool(x, pooling.side, pooling.stride, pooling.padding);
      return averaged(blocks.reduce((y, block) => throughBlock(parameters, block, y, pass), begun));
    },
    classify: (parameters, features) => linear(parameters, 'fc', features),
  };
}
