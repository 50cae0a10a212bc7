import * as z from 'zod';

/** Settings that several losses have. */

export const temperature = z
  .number()
  .positive()
  .max(1000)
  .default(4)
  .describe('T: divides the logits before the softmax. Above 0.');
export const alpha = z
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
export const standardize = z
  .boolean()
  .default(false)
  .describe('Standardize the logits of both, row by row, before they are softened (Sun et al. 2024).');
const doubtfulTeacher = z
  .enum(['refuse', 'accept'])
  .optional()
  .describe(
    'What becomes of a teacher that is no better than chance, or would be right with its classes in another order: without a word the run stops before the student trains; `accept` teaches from it as it is.',
  );
export const weight = z.number().min(0);

/** What every loss has. */
export const always = { temperature, alpha, ensemble, warmup, temperatureEnd, doubtfulTeacher };
