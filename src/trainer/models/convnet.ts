import * as tf from '@tensorflow/tfjs-core';
import { ProblemError } from '../../core/problem.js';
import type { ModelSpec } from '../../core/spec/spec.js';
import { fullyConnected } from './fullyConnected.js';
import { convolution, convolutionParameters, flattened, poolSide, pooled } from './layers.js';
import type { Model, PictureShape } from './model.js';
import { preprocess, seenShape } from './preprocess.js';

/**
 * Blocks of 3×3 convolution, ReLU and 2×2 max pooling, `conv1`, `conv2` …, then fully connected layers.
 * @throws ProblemError `model-too-deep` where pooling leaves nothing of the picture
 */
export function convnet(spec: Extract<ModelSpec, { kind: 'convnet' }>, picture: PictureShape): Model {
  const input = seenShape(picture, spec.input);
  const blocks = spec.channels.map((outputs, index) => ({
    name: `conv${index + 1}`,
    inputs: spec.channels[index - 1] ?? input.channels,
    outputs,
  }));
  const left = (side: number): number => Math.floor(side / poolSide ** blocks.length);
  const [height, width] = [left(input.height), left(input.width)];
  if (height === 0 || width === 0) throw tooDeep({ blocks: blocks.length, input });
  const layers = fullyConnected({
    inputs: (blocks.at(-1)?.outputs ?? input.channels) * height * width,
    hidden: spec.hidden,
    classes: input.classes,
    dropout: spec.dropout,
  });
  return {
    ...layers,
    seen: input,
    parameters: [...blocks.flatMap(({ name, ...sizes }) => convolutionParameters(name, sizes)), ...layers.parameters],
    buffers: [],
    features: (parameters, images, pass) => {
      // Pooled first: the largest of the rectified is the rectified largest, and there are four times fewer of them.
      const pictures = blocks.reduce(
        (x, { name }) => tf.relu(pooled(convolution(parameters, name, x))),
        preprocess(images, spec.input),
      );
      return layers.features(parameters, flattened(pictures), pass);
    },
  };
}

function tooDeep({ blocks, input }: { blocks: number; input: PictureShape }): ProblemError {
  const most = Math.floor(Math.log2(Math.min(input.height, input.width)));
  return new ProblemError({
    code: 'model-too-deep',
    message:
      `A convnet of ${blocks} blocks halves its pictures ${blocks} times, ` +
      `and nothing is left of ${input.height}×${input.width} pixels.`,
    fix: `Give \`channels\` at most ${most} numbers.`,
    place: { path: 'model.channels' },
  });
}
