import { z } from 'zod';

/**
 * The parts an experiment and a run are made of. Everything here is *resolved*: defaults are filled in by the
 * schema, so that what a run was trained with never depends on the version that reads it.
 */

const fraction = z.number().min(0).lt(1);
const positiveInt = z.int().positive();

export const datasetNames = ['mnist'] as const;

export const augmentSchema = z
  .strictObject({
    translate: z
      .int()
      .min(0)
      .max(14)
      .default(0)
      .describe('Random shift of up to this many pixels in x and y, padded with black.'),
  })
  .describe('Random changes to the training pictures, drawn anew in every step.');

export const dataSchema = z.strictObject({
  dataset: z.enum(datasetNames).describe('The data set.'),
  validation: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'How many training examples to hold out, drawn by the seed 0, so that settings can be chosen without the test set.',
    ),
  limit: z
    .strictObject({ train: positiveInt.optional(), test: positiveInt.optional() })
    .default({})
    .describe('Use only the first examples of a split: for a quick try.'),
});

export const modelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp'),
    hidden: z.array(positiveInt).default([800, 800]).describe('Units of each hidden layer, ReLU between.'),
    dropout: fraction.default(0).describe('Share of hidden units dropped while training.'),
    inputDropout: fraction.default(0).describe('Share of input pixels dropped while training.'),
  }),
  z.strictObject({
    kind: z.literal('convnet'),
    channels: z
      .array(positiveInt)
      .min(1)
      .default([32, 64])
      .describe('Output channels of each block: 3×3 convolution, ReLU, 2×2 max pooling.'),
    hidden: z.array(positiveInt).default([128]).describe('Units of the fully connected layers after the blocks.'),
    dropout: fraction.default(0).describe('Share of fully connected units dropped while training.'),
  }),
]);

const learningRate = z.number().positive();

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: learningRate.default(0.1),
    momentum: fraction.default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(0).describe('L2 penalty added to the gradient.'),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    learningRate: learningRate.default(0.001),
    beta1: fraction.default(0.9),
    beta2: fraction.default(0.999),
    epsilon: z.number().positive().default(1e-8),
    weightDecay: z.number().min(0).default(0).describe('L2 penalty added to the gradient.'),
  }),
  z.strictObject({
    kind: z.literal('adamw'),
    learningRate: learningRate.default(0.001),
    beta1: fraction.default(0.9),
    beta2: fraction.default(0.999),
    epsilon: z.number().positive().default(1e-8),
    weightDecay: z.number().min(0).default(0.01).describe('Decoupled: shrinks the weights themselves.'),
  }),
]);

const warmup = z
  .number()
  .min(0)
  .default(0)
  .describe('Epochs over which the rate rises linearly from 0; fractions count.');

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmup }),
  z.strictObject({
    kind: z.literal('step'),
    milestones: z.array(z.number().positive()).min(1).describe('Epochs after which the rate is multiplied by gamma.'),
    gamma: z.number().positive().max(1).default(0.1),
    warmup,
  }),
  z.strictObject({
    kind: z.literal('cosine'),
    minimum: z.number().min(0).default(0).describe('The rate at the end, as a share of the rate at the start.'),
    warmup,
  }),
]);

export const trainSchema = z.strictObject({
  epochs: positiveInt.default(10),
  batchSize: positiveInt.default(64),
  optimizer: optimizerSchema.prefault({ kind: 'sgd' }),
  schedule: scheduleSchema.prefault({ kind: 'constant' }),
  maxNorm: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Upper bound on the L2 norm of the weights coming into a unit (Srivastava et al. 2014); null for none.'),
  augment: augmentSchema.prefault({}),
});

const temperature = z
  .number()
  .positive()
  .max(1000)
  .default(4)
  .describe('T: divides the logits before the softmax. Above 0.');
const alpha = z
  .number()
  .min(0)
  .max(1)
  .default(0.9)
  .describe('Weight of the distillation loss: α·T²·KL + (1−α)·CE. 0: hard labels only; 1: soft labels only.');
const ensembleMean = z
  .enum(['probabilities', 'logits'])
  .default('probabilities')
  .describe('How several teachers are averaged: their softened probabilities, or their logits.');

export const distillSchema = z.discriminatedUnion('loss', [
  z
    .strictObject({ loss: z.literal('hinton'), temperature, alpha, ensemble: ensembleMean })
    .describe('α·T²·KL(teacher‖student) + (1−α)·CE (Hinton et al. 2015).'),
  z
    .strictObject({ loss: z.literal('snippet'), temperature, alpha, ensemble: ensembleMean })
    .describe('(2·T² + α)·mean-reduced KL + (1−α)·CE: a widely copied typo, for comparison.'),
]);

export const roles = ['teacher', 'baseline', 'student'] as const;

/**
 * One fully resolved run: all that decides its result. Teachers are named by their own spec hashes, so the hash of a
 * student says which teachers it learned from, whatever their run folders are called.
 */
export const runSpecSchema = z.strictObject({
  version: z.literal(1),
  role: z.enum(roles),
  /** What a person calls it: `teacher`, `teacher 2`, `student`. No part of the hash. */
  name: z.string(),
  seed: z.int().min(0).max(0xffffffff),
  data: dataSchema,
  model: modelSchema,
  train: trainSchema,
  /** Null for teachers and baselines: hard labels only. */
  distill: distillSchema.nullable(),
  teachers: z.array(z.string()),
});

export type AugmentSpec = z.output<typeof augmentSchema>;
export type DataSpec = z.output<typeof dataSchema>;
export type ModelSpec = z.output<typeof modelSchema>;
export type OptimizerSpec = z.output<typeof optimizerSchema>;
export type ScheduleSpec = z.output<typeof scheduleSchema>;
export type TrainSpec = z.output<typeof trainSchema>;
export type DistillSpec = z.output<typeof distillSchema>;
export type Role = (typeof roles)[number];
export type RunSpec = z.output<typeof runSpecSchema>;
