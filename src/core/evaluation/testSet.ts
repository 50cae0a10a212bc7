import { percent } from '../words.js';

/** What a set of examples is made of. */
export interface TestSet {
  readonly n: number;
  readonly classes: number;
  /** The class that most examples have, of equals the first, and the share that it has of them. */
  readonly largestClass: number;
  readonly largestShare: number;
  /** Standard deviation of the balanced accuracy of who draws one of the classes by chance. */
  readonly balancedDeviation: number;
  /** Whether accuracy alone misleads: the largest class has half as many examples again as an even share. */
  readonly isUnbalanced: boolean;
}

/** How much larger than an even share, 1 / classes, the largest class of a set is that is called unbalanced. */
const unevenness = 1.5;
/** Of two classes half as much again would be three quarters: already less is uneven. */
const mostOfTwo = 0.6;

/** @param labels [n], each below `classes` */
export function testSetOf({ labels, classes }: { labels: ArrayLike<number>; classes: number }): TestSet {
  const n = labels.length;
  const counts = new Int32Array(classes);
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const largestClass = counts.reduce((largest, count, label) => (count > (counts[largest] ?? 0) ? label : largest), 0);
  const largestShare = n === 0 ? 0 : (counts[largestClass] ?? 0) / n;
  const occurring = counts.filter((count) => count > 0);
  const drawn = 1 / classes;
  const variance = occurring.reduce((sum, count) => sum + (drawn * (1 - drawn)) / count, 0) / occurring.length ** 2;
  return {
    ...{ n, classes, largestClass, largestShare, balancedDeviation: n === 0 ? 0 : Math.sqrt(variance) },
    isUnbalanced: largestShare >= (classes === 2 ? mostOfTwo : unevenness / classes),
  };
}

/** The standard normal quantile of 95 %, one-sided. */
const deviations = 1.645;

/**
 * Whether a result may come of knowing nothing: accuracy is not above that of answering always the largest class, and
 * balanced accuracy, where it is known, not above 1 / classes. Above is told by one-sided tests at 5 %, in their normal
 * approximation. Of a single class every answer is right: there is no chance to be better than.
 */
export function isAtChance(
  { errors, balancedAccuracy }: { readonly errors: number; readonly balancedAccuracy?: number | undefined },
  { n, classes, largestShare, balancedDeviation }: TestSet,
): boolean {
  if (classes < 2 || largestShare === 1) return false;
  const expected = n * largestShare;
  const right = n - errors;
  if (right > expected + deviations * Math.sqrt(expected * (1 - largestShare))) return false;
  return !((balancedAccuracy ?? 0) > 1 / classes + deviations * balancedDeviation);
}

/** `no better than chance: always answering the largest class gives 11.35 %`. */
export function chanceWords({ largestShare }: Pick<TestSet, 'largestShare'>): string {
  return `no better than chance: always answering the largest class gives ${percent(largestShare)}`;
}
