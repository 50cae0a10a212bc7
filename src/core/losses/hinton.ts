import * as z from 'zod';
import { klDivergence } from './divergence.js';
import type { LossKind } from './lossKind.js';
import { always, standardize } from './settings.js';

const settings = z
  .strictObject({
    loss: z.literal('hinton').describe('KL(teacher‖student) of the soft labels (Hinton et al. 2015).'),
    ...always,
    standardize,
  })
  .describe('α·T²·KL(teacher‖student) + (1−α)·CE (Hinton et al. 2015).');

/**
 * T²·KL(p‖q) (Hinton, Vinyals, Dean 2015). T² makes up for the soft gradients' shrinking as 1/T², so that α means the same
 * at every T.
 */
export const hinton: LossKind<typeof settings> = {
  settings,
  value: ({ temperature }, { rows }) => temperature ** 2 * klDivergence(rows),
};
