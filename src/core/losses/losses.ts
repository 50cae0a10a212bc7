import * as z from 'zod';
import { dist } from './dist.js';
import { dkd } from './dkd.js';
import { hinton } from './hinton.js';
import type { Distilled, Schedule } from './lossKind.js';
import { snippet } from './snippet.js';

/** Every distillation loss there is, under its name in experiments. One more is a line in both lists. */
const losses = { hinton, snippet, dkd, dist };

export const distillSchema = z.discriminatedUnion('loss', [
  hinton.settings,
  snippet.settings,
  dkd.settings,
  dist.settings,
]);

export type DistillSpec = z.output<typeof distillSchema>;
export type LossName = DistillSpec['loss'];
/** The settings of a loss, or of any. */
export type SpecOf<L extends LossName = LossName> = { [K in L]: Extract<DistillSpec, { loss: K }> }[L];

type WithoutSchedule<T> = T extends unknown ? Omit<T, Schedule> : never;
/** What is minimized at one moment of the training. */
export type DistillLoss = WithoutSchedule<DistillSpec>;
/** That of a loss, or of any. */
export type LossOf<L extends LossName = LossName> = { [K in L]: Extract<DistillLoss, { loss: K }> }[L];

/** What a loss can do with its own settings. */
type Kinds = {
  readonly [L in LossName]: {
    readonly value: (spec: LossOf<L>, distilled: Distilled) => number;
    readonly weight?: (spec: LossOf<L>) => number;
    readonly hint?: (spec: SpecOf<L>, of: { readonly classes: number | null }) => string | null;
    readonly toRaise?: string;
  };
};
const kinds: Kinds = losses;

/** The distillation loss of a spec, not yet weighted, and its weight. */
export function weightedLoss<L extends LossName>(
  spec: LossOf<L>,
  distilled: Distilled,
): { readonly value: number; readonly weight: number } {
  const { value, weight } = kinds[spec.loss];
  return { value: value(spec, distilled), weight: weight?.(spec) ?? spec.alpha };
}

/** What a person should know of a loss's weight, in whole sentences: see `LossKind.hint`. */
export function weightHint<L extends LossName>(
  spec: SpecOf<L>,
  of: { readonly classes: number | null },
): string | null {
  return kinds[spec.loss].hint?.(spec, of) ?? null;
}

/** How the distillation loss gets more of the gradient. */
export const toRaise = (loss: LossName): string => kinds[loss].toRaise ?? 'Raise α';
