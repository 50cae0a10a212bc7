import { count, points } from '../words.js';
import type { PairedComparison } from './comparison.js';
import { verdictWords } from './verdict.js';

/**
 * `better by 0.31 points (p = 0.0004): 128 → 97 errors, 95 % interval of the difference in accuracy +0.15 … +0.47 points
 * (McNemar, exact)`, on one line.
 */
export function comparisonWords(comparison: PairedComparison): string {
  const { firstErrors, secondErrors, interval } = comparison;
  return [
    `${verdictWords(comparison)}: ${count(firstErrors)} → ${count(secondErrors)} errors,`,
    `95 % interval of the difference in accuracy ${points(interval.low)} … ${points(interval.high)} points`,
    '(McNemar, exact)',
  ].join(' ');
}
