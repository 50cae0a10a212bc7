import type { PairedComparison } from './comparison.js';
import { count, points, pValue } from '../words.js';

/**
 * `128 → 97 errors, 31 fewer; p = 0.0004 (McNemar, exact), 95 % interval of the difference in accuracy
 * +0.15 … +0.47 points`, on one line.
 */
export function comparisonWords({ firstErrors, secondErrors, p, interval }: PairedComparison): string {
  const change = firstErrors - secondErrors;
  const fewer = change === 0 ? 'as many' : `${count(Math.abs(change))} ${change > 0 ? 'fewer' : 'more'}`;
  return [
    `${count(firstErrors)} → ${count(secondErrors)} errors, ${fewer}; ${pValue(p)} (McNemar, exact),`,
    `95 % interval of the difference in accuracy ${points(interval.low)} … ${points(interval.high)} points`,
  ].join(' ');
}
