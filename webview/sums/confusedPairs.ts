import type { Judged } from './judged.js';

/** A class taken for another, and how often by each model. */
export interface ConfusedPair {
  readonly truth: number;
  readonly answer: number;
  readonly first: number;
  /** Null where there is one model only. */
  readonly second: number | null;
}

/** Answers of one model, or of two, counted. */
export interface CountedPair {
  readonly first: Pick<Judged, 'classes' | 'counts'>;
  readonly second: Pick<Judged, 'classes' | 'counts'> | null;
}

/** All classes that were ever taken for another, the most frequent (by both models together) first; then by class. */
export function confusedPairs({ first, second }: CountedPair): ConfusedPair[] {
  const { classes, counts } = first;
  const pairs: ConfusedPair[] = [];
  for (let cell = 0; cell < counts.length; cell++) {
    if (cell % (classes + 1) === 0) continue;
    const ours = counts[cell] ?? 0;
    const theirs = second === null ? null : (second.counts[cell] ?? 0);
    if (ours === 0 && (theirs ?? 0) === 0) continue;
    pairs.push({ truth: Math.floor(cell / classes), answer: cell % classes, first: ours, second: theirs });
  }
  const total = ({ first: ours, second: theirs }: ConfusedPair): number => ours + (theirs ?? 0);
  return pairs.sort((a, b) => total(b) - total(a) || a.truth - b.truth || a.answer - b.answer);
}
