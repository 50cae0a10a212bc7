import { scoresOf, type ClassScores } from '../../../src/core/evaluation/evaluation.js';
import type { Judged } from '../../sums/judged.js';

/** Precision, recall and F1 of each class from the counts; null where the denominator is 0. */
export function classScores({ counts, support, classes }: Judged): ClassScores[] {
  const claimed = new Int32Array(classes);
  for (let cell = 0; cell < counts.length; cell++) {
    const answer = cell % classes;
    claimed[answer] = (claimed[answer] ?? 0) + (counts[cell] ?? 0);
  }
  return Array.from(claimed, (said, index) =>
    scoresOf({ hits: counts[index * (classes + 1)] ?? 0, claimed: said, support: support[index] ?? 0 }),
  );
}
