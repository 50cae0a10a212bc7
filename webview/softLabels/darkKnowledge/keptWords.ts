import type { Estimate, Kept } from '../../../src/core/evaluation/keptKnowledge.js';
import { none } from '../../../src/core/words.js';

/** A correlation: `0.941`, `−0.036`; near 1 with the digits that tell it from 1, `0.99963`; `–` where there is no telling. */
export function correlationWords(correlation: number | null): string {
  if (correlation === null || Number.isNaN(correlation)) return none;
  const size = Math.abs(correlation);
  const text = correlation.toFixed(size >= 0.9995 && size < 1 ? 5 : 3);
  // Nothing is below zero by less than the digits show.
  return text === '-0.000' ? '0.000' : text.replace('-', '−');
}

/** A difference of correlations, with its sign: `+0.228`. */
export function differenceWords(difference: number): string {
  const text = correlationWords(difference);
  return difference > 0 && text !== '0.000' ? `+${text}` : text;
}

/** `0.928 … 0.953`. */
export function intervalWords({ interval: { low, high } }: Estimate): string {
  return `${correlationWords(low)} … ${correlationWords(high)}`;
}

/** `+0.201 … +0.255`. */
export function differenceIntervalWords({ interval: { low, high } }: Estimate): string {
  return `${differenceWords(low)} … ${differenceWords(high)}`;
}

/** What distillation did for the dark knowledge, in a sentence; empty where nothing can be compared. */
export function againstBaselineWords({ baseline, difference }: Kept): string {
  if (baseline?.overall == null || difference?.overall == null) return '';
  const { value, interval } = difference.overall;
  const verdict =
    interval.low > 0
      ? 'Distillation brought them closer'
      : interval.high < 0
        ? 'The baseline student is nearer to the teacher'
        : 'No difference can be told from the baseline student';
  return `${verdict}: the same student without a teacher has ${correlationWords(baseline.overall.value)}, difference ${differenceWords(value)}, 95 % interval ${differenceIntervalWords(difference.overall)}.`;
}
