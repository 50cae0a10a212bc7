import { offDiagonalCorrelation } from '../../src/core/darkKnowledge.js';
import { probability, probabilityDifference } from '../../src/core/words.js';

import type { Role } from '../../src/core/spec.js';
import type { Overall } from './overall.js';

/** One matrix of the picture, [classes, classes], row the true class. */
export interface DarkMatrix {
  readonly kind: Role | 'difference';
  readonly values: Float64Array;
}

/** The mean soft labels of each true class at one temperature, of all columns. */
export interface DarkKnowledge {
  readonly temperature: number;
  readonly classes: number;
  /** Teacher, run in question, baseline; then, where there is a teacher, run less teacher. */
  readonly matrices: readonly DarkMatrix[];
  /** What has the strongest colour: the largest probability shown, and the largest difference. */
  readonly most: { readonly probability: number; readonly difference: number };
  /** Whether the diagonal is shown. */
  readonly diagonal: boolean;
  /** `offDiagonalCorrelation` of teacher and run; null without a teacher, or where there is no telling. */
  readonly kept: number | null;
}

export function darkKnowledgeOf(
  { temperature, subject, teacher, baseline }: Overall,
  { classes, diagonal }: { classes: number; diagonal: boolean },
): DarkKnowledge {
  const columns = [teacher, subject, baseline].filter((column) => column !== null);
  const matrices: DarkMatrix[] = columns.map(({ answerer, matrix }) => ({ kind: answerer.role, values: matrix }));
  const most = { probability: 0, difference: 0 };
  for (const { values } of matrices) most.probability = Math.max(most.probability, largest(values, classes, diagonal));
  if (teacher === null) return { temperature, classes, matrices, most, diagonal, kept: null };
  const difference = subject.matrix.map((value, cell) => value - (teacher.matrix[cell] ?? NaN));
  most.difference = largest(difference, classes, diagonal);
  const kept = offDiagonalCorrelation({ teacher: teacher.matrix, student: subject.matrix, classes });
  const all: DarkMatrix[] = [...matrices, { kind: 'difference', values: difference }];
  return { temperature, classes, matrices: all, most, diagonal, kept };
}

/** The largest magnitude of a matrix, its diagonal left out where it is not shown; 0 where there is none. */
function largest(values: Float64Array, classes: number, diagonal: boolean): number {
  let most = 0;
  for (let cell = 0; cell < values.length; cell++) {
    if (!diagonal && cell % (classes + 1) === 0) continue;
    const magnitude = Math.abs(values[cell] ?? NaN);
    if (magnitude > most) most = magnitude;
  }
  return most;
}

/**
 * How strongly a cell is coloured, 0 to 1: by the square root of its share of the most, since what is dark is small.
 * Cells that are missing, or of a diagonal that is left out, have none.
 */
export function strengthOf(dark: DarkKnowledge, { kind, values }: DarkMatrix, cell: number): number {
  if (!dark.diagonal && cell % (dark.classes + 1) === 0) return 0;
  const most = kind === 'difference' ? dark.most.difference : dark.most.probability;
  const magnitude = Math.abs(values[cell] ?? NaN);
  return magnitude > 0 && most > 0 ? Math.sqrt(Math.min(1, magnitude / most)) : 0;
}

/** A cell in words of its kind: `24.8 %`, or `+6.7` points. */
export function cellWords({ kind, values }: DarkMatrix, cell: number): string {
  const value = values[cell] ?? NaN;
  return kind === 'difference' ? probabilityDifference(value) : probability(value);
}

/** Where the teacher sees the classes most alike: cells off the diagonal by its probability, falling. */
export function strongestCells({ classes, matrices }: DarkKnowledge, count: number): number[] {
  const first = matrices[0]?.values ?? new Float64Array(0);
  const best: number[] = [];
  let least = 0;
  const byValue = (a: number, b: number): number => (first[b] ?? NaN) - (first[a] ?? NaN) || a - b;
  for (let cell = 0; cell < first.length; cell++) {
    if (cell % (classes + 1) === 0 || !((first[cell] ?? NaN) > least)) continue;
    best.push(cell);
    if (best.length < 4 * count) continue;
    best.sort(byValue).length = count;
    least = first[best.at(-1) ?? 0] ?? 0;
  }
  return best.sort(byValue).slice(0, count);
}
