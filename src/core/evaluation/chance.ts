import { percent } from '../words.js';

/** What a model is measured against that knows nothing. */
export interface Guess {
  /** How many classes there are. */
  readonly classes: number;
  /** The share of the examples that the most frequent class has; null where it is not known. */
  readonly largestShare: number | null;
}

/** The accuracy of answering always the most frequent class; where its share is not known, of drawing a class, 1 / classes. */
export function chanceAccuracy({ classes, largestShare }: Guess): number {
  return largestShare ?? 1 / classes;
}

/** The standard normal quantile of 95 %: one-sided. */
const deviations = 1.645;

/**
 * Whether as many right answers may come of guessing: a one-sided binomial test at 5 %, by its normal approximation.
 * Where chance gives 100 %, there is nothing to be better than.
 */
export function isAtChance({ n, errors, guess }: { n: number; errors: number; guess: Guess }): boolean {
  const chance = chanceAccuracy(guess);
  return n - errors <= n * chance + deviations * Math.sqrt(n * chance * (1 - chance));
}

/** `no better than chance (10.00 %)`. */
export function chanceWords(guess: Guess): string {
  return `no better than chance (${percent(chanceAccuracy(guess))})`;
}
