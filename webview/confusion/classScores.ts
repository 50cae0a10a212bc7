import type { ClassScores } from '../../src/core/evaluation.js';
import type { Judged } from './judged.js';

/** Precision, recall and F1 of each class from the counts; null where the denominator is 0. */
export function classScores({ counts, support, classes }: Judged): ClassScores[] {
  const claimed = new Int32Array(classes);
  for (let cell = 0; cell < counts.length; cell++) {
    const answer = cell % classes;
    claimed[answer] = (claimed[answer] ?? 0) + (counts[cell] ?? 0);
  }
  return Array.from(claimed, (said, index) => {
    const hits = counts[index * (classes + 1)] ?? 0;
    const occurs = support[index] ?? 0;
    return {
      precision: ratio(hits, said),
      recall: ratio(hits, occurs),
      f1: ratio(2 * hits, said + occurs),
      support: occurs,
    };
  });
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
