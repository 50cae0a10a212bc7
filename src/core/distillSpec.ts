import { z } from 'zod';

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

export type DistillSpec = z.output<typeof distillSchema>;
