import { isBetter, largest, type Cell, type Measure, type Side } from './matrix.js';

/** What counts as one: below it the ramp is straight, above it logarithmic, so that a single error can be seen. */
const unit: Readonly<Record<Measure, number>> = { count: 1, share: 0.001 };

/**
 * How strongly a cell is coloured. Errors are rare beside right answers, and single ones matter: levels grow with
 * the logarithm of 1 + value / unit.
 */
export interface Ramp {
  readonly measure: Measure;
  /** The magnitude that has level 1; 0 where nothing is to be coloured. */
  readonly most: number;
  /** Whether cells of the diagonal are left uncoloured. */
  readonly dimDiagonal: boolean;
}

/** One ramp for all matrices given, so that their colours can be compared. */
export function rampOf(
  matrices: readonly Float64Array[],
  { classes, measure, dimDiagonal }: { classes: number; measure: Measure; dimDiagonal: boolean },
): Ramp {
  const most = Math.max(0, ...matrices.map((values) => largest(values, { classes, diagonal: !dimDiagonal })));
  return { measure, most, dimDiagonal };
}

/** 0 for nothing, 1 for the most; missing values have no colour. */
export function level({ measure, most }: Ramp, value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude > 0) || most === 0) return 0;
  return Math.min(1, Math.log1p(magnitude / unit[measure]) / Math.log1p(most / unit[measure]));
}

/** The magnitude at a level: the inverse of `level`, for the legend. */
export function magnitudeAt({ measure, most }: Ramp, at: number): number {
  return unit[measure] * Math.expm1(at * Math.log1p(most / unit[measure]));
}

/** What a cell is coloured with. */
export type Tone =
  | { readonly kind: 'none' }
  | { readonly kind: 'dimmed' }
  | { readonly kind: 'party' | 'better' | 'worse'; readonly level: number };

export function toneOf(ramp: Ramp, { side, cell, value }: { side: Side; cell: Cell; value: number }): Tone {
  if (ramp.dimDiagonal && cell.truth === cell.answer) return { kind: 'dimmed' };
  const strength = level(ramp, value);
  if (strength === 0) return { kind: 'none' };
  if (side !== 'difference') return { kind: 'party', level: strength };
  return { kind: isBetter(cell, value) ? 'better' : 'worse', level: strength };
}
