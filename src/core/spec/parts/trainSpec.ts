import * as z from 'zod';
import { augmentSchema } from './augmentSpec.js';

const positiveInt = z.int().positive();
const fraction = z.number().min(0).lt(1);

const learningRate = z.number().positive().describe('How far a step goes along the slope; the schedule scales it.');

const beta1 = fraction.default(0.9).describe('Share of the running mean of the slope that a step keeps.');
const beta2 = fraction.default(0.999).describe('Share of the running mean of the squared slope that a step keeps.');
const epsilon = z.number().positive().default(1e-8).describe('Added to the divisor, which could be 0 without it.');

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd').describe('Stochastic gradient descent, with momentum.'),
    learningRate: learningRate.default(0.1),
    momentum: fraction.default(0.9).describe('Share of the last step that the next one keeps.'),
    nesterov: z.boolean().default(false).describe('Look ahead: the slope is taken where momentum leads.'),
    weightDecay: z.number().min(0).default(0).describe('L2 penalty added to the gradient.'),
  }),
  z.strictObject({
    kind: z.literal('adam').describe('Adam (Kingma and Ba 2015).'),
    learningRate: learningRate.default(0.001),
    beta1,
    beta2,
    epsilon,
    weightDecay: z.number().min(0).default(0).describe('L2 penalty added to the gradient.'),
  }),
  z.strictObject({
    kind: z.literal('adamw').describe('Adam with decoupled weight decay (Loshchilov and Hutter 2019).'),
    learningRate: learningRate.default(0.001),
    beta1,
    beta2,
    epsilon,
    weightDecay: z.number().min(0).default(0.01).describe('Decoupled: shrinks the weights themselves.'),
  }),
]);

const warmup = z
  .number()
  .min(0)
  .default(0)
  .describe('Epochs over which the rate rises linearly from 0; fractions count.');

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant').describe('The same rate all the time.'), warmup }),
  z.strictObject({
    kind: z.literal('step').describe('The rate falls at milestones.'),
    milestones: z.array(z.number().positive()).min(1).describe('Epochs after which the rate is multiplied by gamma.'),
    gamma: z.number().positive().max(1).default(0.1).describe('What the rate is multiplied by at each milestone.'),
    warmup,
  }),
  z.strictObject({
    kind: z.literal('cosine').describe('The rate falls along half a cosine, from the start to the last step.'),
    minimum: z.number().min(0).default(0).describe('The rate at the end, as a share of the rate at the start.'),
    warmup,
  }),
]);

export const trainSchema = z.strictObject({
  epochs: positiveInt
    .default(10)
    .describe(
      'Passes over the training set. Where they are raised, a run goes on from the shorter one, unless its schedule depends on their number.',
    ),
  batchSize: positiveInt.default(64).describe('Examples a step. The incomplete last batch of an epoch is left out.'),
  optimizer: optimizerSchema.prefault({ kind: 'sgd' }).describe('How the weights follow the slope.'),
  schedule: scheduleSchema.prefault({ kind: 'constant' }).describe('How the learning rate changes over the epochs.'),
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
