import type * as z from 'zod';
import type { SoftRows } from './softRows.js';

/** What of a distillation changes while a student trains. */
export type Schedule = 'warmup' | 'temperatureEnd';

/** What a loss is measured on. */
export interface Distilled {
  readonly rows: SoftRows;
  /** Hard labels, [n]. */
  readonly labels: ArrayLike<number>;
}

/** A distillation loss: everything but the operations with which it trains. */
export interface LossKind<Settings extends z.ZodType> {
  /** What an experiment may say of it, with its words. */
  readonly settings: Settings;
  /** The distillation loss in float64, the mean over the examples and not yet weighted. */
  readonly value: (spec: Omit<z.output<Settings>, Schedule>, distilled: Distilled) => number;
  /** What it is weighted with: `alpha` unless it says otherwise. */
  readonly weight?: (spec: Omit<z.output<Settings>, Schedule>) => number;
  /**
   * What a person should know of its weight who looks at its share of the gradient, in whole sentences; null where there
   * is nothing to say. `classes` is null where it is not known yet.
   */
  readonly hint?: (spec: z.output<Settings>, of: { readonly classes: number | null }) => string | null;
  /** How it gets more of the gradient, where not by a higher `alpha`. */
  readonly toRaise?: string;
}
