import { count, none } from '../../src/core/words.js';
import { isBetter, type Measure } from './matrix/matrix.js';
import type { Cell } from '../parts/matrix/cell.js';

/** A value of a matrix as a cell shows it: `12`, `4.3 %`; `–` in the row of a class that never occurs. */
export function valueWords(value: number, measure: Measure): string {
  if (Number.isNaN(value)) return none;
  return measure === 'count' ? count(value) : oneDecimal(value);
}

/** A difference with its sign: `+3`, of shares `−0.4 points`; `0` and `0.0 points` have none. */
export function signedWords(value: number, measure: Measure): string {
  if (Number.isNaN(value)) return none;
  const text = valueWords(Math.abs(value), measure).replace(/%$/, 'points');
  if (Number.parseFloat(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** A cell of a table that says elsewhere what its numbers are: `12`, `+3`; shares in per cent without the sign, `4.3`. */
export function compactWords(value: number, { measure, signed }: { measure: Measure; signed: boolean }): string {
  const text = signed ? signedWords(value, measure) : valueWords(value, measure);
  return text.replace(/ (%|points)$/, '');
}

/** A probability or a share in per cent with one decimal; `–` for what is missing. */
export function oneDecimal(share: number | null): string {
  return share === null || Number.isNaN(share) ? none : `${(100 * share).toFixed(1)} %`;
}

/**
 * `fewer errors`, `more errors` or nothing: what the colour of a difference says. Of a single cell no test is made, so
 * nobody is called better for it.
 */
export function changeWords(cell: Cell, difference: number): string {
  if (!(Math.abs(difference) > 0)) return '';
  return isBetter(cell, difference) ? 'fewer errors' : 'more errors';
}

/** `4 predicted as 9`, `4 correct`. */
export function cellWords({ truth, answer }: Cell, names: readonly string[]): string {
  const name = names[truth] ?? String(truth);
  return truth === answer ? `${name} correct` : `${name} predicted as ${names[answer] ?? String(answer)}`;
}
