import { isBetter, largest, type Measure } from './matrix.js';
import { byteOf, type Tone } from '../../parts/matrix/tone.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Cell, Side } from '../../parts/matrix/cell.js';

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

export function toneOf(ramp: Ramp, { side, cell, value }: { side: Side; cell: Cell; value: number }): Tone {
  if (ramp.dimDiagonal && cell.truth === cell.answer) return { kind: 'dimmed' };
  const strength = level(ramp, value);
  if (strength === 0) return { kind: 'none' };
  if (side !== 'difference') return { kind: 'party', level: strength };
  return { kind: isBetter(cell, value) ? 'better' : 'worse', level: strength };
}

/** The tones of all cells as bytes, in the order in which they are drawn, [classes, classes]. */
export function tonesOf(
  values: Float64Array,
  { order, ramp, side }: { order: ClassOrder; ramp: Ramp; side: Side },
): Uint8Array {
  const classes = order.length;
  const tones = new Uint8Array(classes * classes);
  for (let row = 0; row < classes; row++) {
    const truth = order[row] ?? 0;
    for (let column = 0; column < classes; column++) {
      const answer = order[column] ?? 0;
      const value = values[truth * classes + answer] ?? 0;
      // Most cells of a large matrix are empty.
      if (value === 0 && truth !== answer) continue;
      tones[row * classes + column] = byteOf(toneOf(ramp, { side, cell: { truth, answer }, value }));
    }
  }
  return tones;
}
