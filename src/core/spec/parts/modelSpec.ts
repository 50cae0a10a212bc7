import * as z from 'zod';
import { outputForms } from '../../evaluation/outputForm.js';
import { assertNever } from '../../problem.js';
import { classesSchema as classes } from './classesSpec.js';
import { imagenetMean, imagenetStd, inputSchema } from './inputSpec.js';

const positiveInt = z.int().positive();
const fraction = z.number().min(0).lt(1);

const input = inputSchema.prefault({});
const imagenetInput = inputSchema.prefault({ mean: imagenetMean, std: imagenetStd });

/** Residual networks for pictures of 32 pixels, as RepDistiller and mdistiller name them. */
export const cifarResnets = ['resnet20', 'resnet32', 'resnet56', 'resnet8x4', 'resnet32x4'] as const;
export const visionTransformers = ['b16', 's16', 'ti16'] as const;

export const modelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp').describe('Multilayer perceptron: fully connected layers.'),
    hidden: z.array(positiveInt).default([800, 800]).describe('Units of each hidden layer, ReLU between.'),
    dropout: fraction.default(0).describe('Share of hidden units dropped while training.'),
    inputDropout: fraction.default(0).describe('Share of input pixels dropped while training.'),
    input,
    classes,
  }),
  z.strictObject({
    kind: z
      .literal('convnet')
      .describe('Convolutional network: blocks of convolution and pooling, then fully connected layers.'),
    channels: z
      .array(positiveInt)
      .min(1)
      .default([32, 64])
      .describe('Output channels of each block: 3×3 convolution, ReLU, 2×2 max pooling.'),
    hidden: z.array(positiveInt).default([128]).describe('Units of the fully connected layers after the blocks.'),
    dropout: fraction.default(0).describe('Share of fully connected units dropped while training.'),
    input,
    classes,
  }),
  z.strictObject({
    kind: z.literal('resnet').describe('Residual network of torchvision, with the stem for ImageNet (He et al. 2016).'),
    depth: z
      .union([z.literal(18), z.literal(34), z.literal(50)])
      .default(34)
      .describe('Layers with weights: 18, 34 or 50.'),
    input: imagenetInput,
    classes,
  }),
  z.strictObject({
    kind: z.literal('cifar-resnet').describe('Residual network for pictures of 32×32 pixels (He et al. 2016).'),
    variant: z
      .enum(cifarResnets)
      .default('resnet20')
      .describe('`resnet20`, `32`, `56` with 16 to 64 channels; `8x4` and `32x4` are four times as wide.'),
    input: imagenetInput,
    classes,
  }),
  z.strictObject({
    kind: z.literal('vit').describe('Vision transformer (Dosovitskiy et al. 2021), as timm builds it.'),
    variant: z.enum(visionTransformers).default('b16').describe('Base, small or tiny, with patches of 16 pixels.'),
    layers: positiveInt.max(48).default(12).describe('Transformer blocks.'),
    patch: positiveInt.default(16).describe('Side of a patch in pixels.'),
    input: inputSchema.prefault({ size: 224, interpolation: 'bicubic', mean: [0.5], std: [0.5] }),
    classes,
  }),
  z.strictObject({
    kind: z.literal('onnx').describe('Any classifier as an ONNX file, used as it is or cut before its last layer.'),
    file: z.string().min(1).describe('The ONNX file; relative to the experiment.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('Of the file and of those it refers to. Written down it must be so; each run keeps it.'),
    layout: z
      .enum(['auto', 'NCHW', 'NHWC'])
      .default('auto')
      .describe('Where the file wants the channels; found by the shape of its input unless it is said.'),
    output: z
      .string()
      .nullable()
      .default(null)
      .describe('The output that holds the logits; needed where the file has several.'),
    values: z
      .enum(outputForms)
      .optional()
      .describe(
        'What the output holds: `logits`, `probabilities` that sum to 1, or `sigmoids`, one of each class by itself. Found by looking at its answers unless it is said.',
      ),
    features: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'The tensor that a new head sees, where only a head is trained; found before the last layer unless named.',
      ),
    input: imagenetInput,
    classes,
  }),
]);

export type ModelSpec = z.output<typeof modelSchema>;

/** `mlp 800·800`, `resnet34`, `vit_b16`. */
export function modelName(model: ModelSpec): string {
  const sized = (sizes: readonly number[]): string =>
    [model.kind, ...(sizes.length === 0 ? [] : [sizes.join('·')])].join(' ');
  switch (model.kind) {
    case 'mlp':
      return sized(model.hidden);
    case 'convnet':
      return sized([...model.channels, ...model.hidden]);
    case 'resnet':
      return `resnet${model.depth}`;
    case 'cifar-resnet':
      return model.variant;
    case 'vit':
      return `vit_${model.variant}`;
    case 'onnx':
      return model.file.split(/[\\/]/).at(-1) ?? model.file;
    default:
      return assertNever(model);
  }
}
