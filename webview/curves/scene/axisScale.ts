import { assertNever } from '../../../src/core/problem.js';

export const axisScales = ['linear', 'log'] as const;
export type AxisScale = (typeof axisScales)[number];

/** The height at which a value is drawn: itself, or its decimal logarithm. Not finite where it cannot be drawn. */
export function toDrawn(scale: AxisScale, value: number): number {
  switch (scale) {
    case 'linear':
      return value;
    case 'log':
      return value > 0 ? Math.log10(value) : NaN;
    default:
      return assertNever(scale);
  }
}

/** The value that is drawn at a height. */
export function fromDrawn(scale: AxisScale, drawn: number): number {
  switch (scale) {
    case 'linear':
      return drawn;
    case 'log':
      return 10 ** drawn;
    default:
      return assertNever(scale);
  }
}
