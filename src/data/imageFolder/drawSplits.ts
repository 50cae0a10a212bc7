import type { Problem } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import type { SplitShares } from '../../core/datasets/images.js';
import { listed } from './words.js';

/** Training examples by class, each class divided. */
export interface DrawnSplits<Example> {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly test: readonly Example[];
}

/** How many of `n` examples of a class are drawn: its share, rounded, and one at least. */
export function drawnCounts(n: number, { test, validation }: SplitShares): { test: number; validation: number } {
  const part = (share: number): number => (share === 0 ? 0 : Math.max(1, Math.round(share * n)));
  return { test: part(test), validation: part(validation) };
}

/** Draws test and validation examples from each class by itself, so that all splits have them in the same shares. */
export function drawSplits<Example>(
  classes: readonly (readonly Example[])[],
  shares: SplitShares,
): DrawnSplits<Example> {
  const drawn = classes.map((examples, label) => {
    const counts = drawnCounts(examples.length, shares);
    const order = randomStream(shares.seed, 'split', label).shuffle(examples.length);
    const place = new Int32Array(examples.length);
    order.forEach((index, position) => (place[index] = position));
    const between = (from: number, to: number): Example[] =>
      examples.filter((_, index) => (place[index] ?? 0) >= from && (place[index] ?? 0) < to);
    const evaluated = counts.test + counts.validation;
    return {
      test: between(0, counts.test),
      validation: between(counts.test, evaluated),
      train: between(evaluated, examples.length),
    };
  });
  return {
    train: drawn.flatMap(({ train }) => train),
    validation: drawn.flatMap(({ validation }) => validation),
    test: drawn.flatMap(({ test }) => test),
  };
}

/** Classes too small to be divided. @param classes how many pictures each has */
export function drawFaults(classes: ReadonlyMap<string, number>, shares: SplitShares): Problem[] {
  const small = [...classes].filter(([, n]) => {
    const { test, validation } = drawnCounts(n, shares);
    return n > 0 && test + validation >= n;
  });
  if (small.length === 0) return [];
  return [
    {
      code: 'split-too-large',
      message: `\`split\` leaves nothing to train on of ${listed(small.map(([name]) => name))}.`,
      fix: 'Give these classes more pictures, or make the shares smaller.',
      place: { path: 'data.split' },
    },
  ];
}
