import { z } from 'zod';
import { augmentSchema } from './augmentSpec.js';

const positiveInt = z.int().positive();
const fraction = z.number().min(0).lt(1);

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

export type OptimizerSpec = z.output<typeof optimizerSchema>;
export type ScheduleSpec = z.output<typeof scheduleSchema>;
export type TrainSpec = z.output<typeof trainSchema>;
