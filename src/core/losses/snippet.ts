import * as z from 'zod';
import { klDivergence } from './divergence.js';
import type { LossKind } from './lossKind.js';
import { always } from './settings.js';

const settings = z
  .strictObject({ loss: z.literal('snippet').describe('A widely copied typo of it, for comparison.'), ...always })
  .describe('(2·T² + α)·mean-reduced KL + (1−α)·CE: a widely copied typo, for comparison.');

/**
 * KL(p‖q) divided by the number of classes as well (`nn.KLDivLoss` at its default), weighted with 2·T² + α: the typo of a
 * widely copied snippet.
 */
export const snippet: LossKind<typeof settings> = {
  settings,
  value: (_, { rows }) => klDivergence(rows) / rows.classes,
  weight,
  hint: (spec, { classes }) => {
    const { temperature: T, alpha } = spec;
    const [found, hinton] =
      classes === null ? ['', ''] : [` = ${short(weight(spec) / classes)}`, ` = ${short(alpha * T ** 2)}`];
    return `snippet weighs the divergence with (2·T² + α) / C${found}, where hinton has α·T²${hinton}: T² outweighs α, which moves the student loss alone. Choose hinton if α is to share the gradient out.`;
  },
  toRaise: 'Choose the loss hinton, whose α weighs distillation',
};

function weight({ temperature, alpha }: { readonly temperature: number; readonly alpha: number }): number {
  return 2 * temperature ** 2 + alpha;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
