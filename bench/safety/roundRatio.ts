import { median } from '../median.js';

/** Seconds of two builds, one pair a round. */
export interface Round {
  readonly before: number;
  readonly after: number;
}

/** How many times as long the one takes as the other: 1.02 is 2 % more. */
export interface RoundRatio {
  readonly median: number;
  /** Where the median of all rounds that could be made lies, with 95 % or more; null of fewer than six rounds. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * The median of the rounds' ratios. Its interval lies between two of the ratios themselves (the sign test turned round;
 * Conover, Practical Nonparametric Statistics, 3.2), so it asks for no distribution: what else the machine does makes
 * single rounds long, and moves it little.
 */
export function roundRatio(rounds: readonly Round[]): RoundRatio {
  const ratios = rounds.map(({ before, after }) => after / before).sort((a, b) => a - b);
  const outside = leftOut(ratios.length);
  const [low, high] = [ratios[outside], ratios[ratios.length - 1 - outside]];
  const known = outside >= 0 && low !== undefined && high !== undefined;
  return { median: median(ratios), interval: known ? [low, high] : null };
}

/** Whether a ratio stays under what is promised: `unclear` where the rounds do not tell. */
export function verdictOn({ interval }: RoundRatio, { bound }: { bound: number }): 'held' | 'broken' | 'unclear' {
  if (interval === null) return 'unclear';
  const [low, high] = interval;
  if (high < bound) return 'held';
  return low >= bound ? 'broken' : 'unclear';
}

/** How many of n values at each end the interval leaves out: a coin falls so often or less in at most 2.5 % of n throws. */
function leftOut(n: number): number {
  let probability = 2 ** -n;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += probability;
    if (sum > 0.025) return k - 1;
    probability *= (n - k) / (k + 1);
  }
  return -1;
}
