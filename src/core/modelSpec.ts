import * as z from 'zod';

const positiveInt = z.int().positive();
const fraction = z.number().min(0).lt(1);

export const modelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp').describe('Multilayer perceptron: fully connected layers.'),
    hidden: z.array(positiveInt).default([800, 800]).describe('Units of each hidden layer, ReLU between.'),
    dropout: fraction.default(0).describe('Share of hidden units dropped while training.'),
    inputDropout: fraction.default(0).describe('Share of input pixels dropped while training.'),
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
  }),
]);

export type ModelSpec = z.output<typeof modelSchema>;
