import * as z from 'zod';

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
  .describe(
    'Weight of the distillation loss: α·distillation + (1−α)·student loss. 0: hard labels only; 1: soft labels only.',
  );
const ensemble = z
  .enum(['probabilities', 'logits'])
  .default('probabilities')
  .describe('How several teachers are averaged: their softened probabilities, or their logits.');
const warmup = z
  .number()
  .min(0)
  .default(0)
  .describe('Epochs over which the weight of the distillation loss rises linearly from 0; fractions count.');
const temperatureEnd = z
  .number()
  .positive()
  .max(1000)
  .nullable()
  .default(null)
  .describe('T at the end of the training, which it reaches linearly from `temperature`; null: T stays.');
const standardize = z
  .boolean()
  .default(false)
  .describe('Standardize the logits of both, row by row, before they are softened (Sun et al. 2024).');
const doubtfulTeacher = z
  .enum(['refuse', 'accept'])
  .optional()
  .describe(
    'What becomes of a teacher that is no better than chance, or would be right with its classes in another order: without a word the run stops before the student trains; `accept` teaches from it as it is.',
  );
const weight = z.number().min(0);

const always = { temperature, alpha, ensemble, warmup, temperatureEnd, doubtfulTeacher };

export const distillSchema = z.discriminatedUnion('loss', [
  z
    .strictObject({
      loss: z.literal('hinton').describe('KL(teacher‖student) of the soft labels (Hinton et al. 2015).'),
      ...always,
      standardize,
    })
    .describe('α·T²·KL(teacher‖student) + (1−α)·CE (Hinton et al. 2015).'),
  z
    .strictObject({ loss: z.literal('snippet').describe('A widely copied typo of it, for comparison.'), ...always })
    .describe('(2·T² + α)·mean-reduced KL + (1−α)·CE: a widely copied typo, for comparison.'),
  z
    .strictObject({
      loss: z.literal('dkd').describe('Decoupled: target class and the rest weighed apart (Zhao et al. 2022).'),
      ...always,
      alpha: alpha.default(0.5),
      standardize,
      target: weight.default(1).describe('α of the paper: weight of the divergence between target and rest.'),
      nonTarget: weight.default(8).describe('β of the paper: weight of the divergence among the other classes.'),
    })
    .describe('Decoupled distillation: T²·(target·TCKD + nonTarget·NCKD) in place of T²·KL (Zhao et al. 2022).'),
  z
    .strictObject({
      loss: z.literal('dist').describe('Correlations between and within classes (Huang et al. 2022).'),
      ...always,
      temperature: temperature.default(1),
      alpha: alpha.default(0.5),
      interClass: weight.default(1).describe('β of the paper: weight of the correlation within an example.'),
      intraClass: weight.default(1).describe('γ of the paper: weight of the correlation within a class.'),
    })
    .describe('DIST: Pearson correlations of the soft labels in place of a divergence (Huang et al. 2022).'),
]);

export type DistillSpec = z.output<typeof distillSchema>;

type WithoutSchedule<T> = T extends unknown ? Omit<T, 'warmup' | 'temperatureEnd'> : never;
/** What is minimized at one moment of the training. */
export type DistillLoss = WithoutSchedule<DistillSpec>;
