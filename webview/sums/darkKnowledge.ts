import { likeness, WrongClasses, type Likeness } from '../../src/core/evaluation/darkKnowledge.js';
import type { Role } from '../../src/core/spec/spec.js';
import type { SplitSums } from './splitSums.js';

/** What cells hold: soft labels, or their shares of what the true class leaves. */
export const darkMeasures = ['softLabels', 'wrongClasses'] as const;
export type DarkMeasure = (typeof darkMeasures)[number];

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
  /** What the colours stand for: from the smallest to the largest probability shown. */
  readonly range: { readonly least: number; readonly most: number };
  /** The largest difference shown: that with the strongest colour. 0 where there is none. */
  readonly mostDifference: number;
  /** Whether the diagonal is shown. */
  readonly diagonal: boolean;
  readonly measure: DarkMeasure;
  /** How alike teacher and run find the wrong classes; null without a teacher. */
  readonly kept: Likeness | null;
}

/** What of it is shown. */
export interface DarkOptions {
  readonly diagonal: boolean;
  readonly measure: DarkMeasure;
}

/** @returns with arrays of its own */
export function darkKnowledgeOf(
  { temperature, classes, subject, teacher, baseline }: SplitSums,
  { measure, ...options }: DarkOptions,
): DarkKnowledge {
  const columns = [teacher, subject, baseline].filter((column) => column !== null);
  // Of what the true class leaves it has nothing itself.
  const diagonal = options.diagonal && measure === 'softLabels';
  const matrices: DarkMatrix[] = columns.map(({ role, matrix }) => ({
    kind: role,
    values: measure === 'softLabels' ? matrix.slice() : sharesOfTheRest(matrix, classes),
  }));
  const ranges = matrices.map(({ values }) => rangeOf(values, { classes, diagonal }));
  const range = {
    least: Math.min(1, ...ranges.map(({ least }) => least)),
    most: Math.max(0, ...ranges.map(({ most }) => most)),
  };
  const common = { temperature, classes, range, diagonal, measure };
  const [ofTeacher, ofSubject] = matrices;
  if (teacher === null || ofTeacher === undefined || ofSubject === undefined) {
    return { ...common, matrices, mostDifference: 0, kept: null };
  }
  const difference = ofSubject.values.map((value, cell) => value - (ofTeacher.values[cell] ?? NaN));
  const { least, most } = rangeOf(difference, { classes, diagonal });
  return {
    ...common,
    matrices: [...matrices, { kind: 'difference', values: difference }],
    mostDifference: Math.max(0, -least, most),
    kept: likeness({
      teacher: new WrongClasses(teacher.matrix, classes),
      student: new WrongClasses(subject.matrix, classes),
    }),
  };
}

/** Rows without their diagonal, brought to a sum of 1, [classes, classes]; NaN on the diagonal. */
function sharesOfTheRest(matrix: Float64Array, classes: number): Float64Array {
  const shares = Float64Array.from(matrix);
  for (let truth = 0; truth < classes; truth++) {
    const row = shares.subarray(truth * classes, (truth + 1) * classes);
    row[truth] = 0;
    const rest = row.reduce((sum, value) => sum + value, 0);
    for (let label = 0; label < classes; label++) row[label] = (row[label] ?? NaN) / rest;
    row[truth] = NaN;
  }
  return shares;
}

/** The smallest and the largest value of a matrix, its diagonal left out where it is not shown. */
function rangeOf(
  values: Float64Array,
  { classes, diagonal }: { classes: number; diagonal: boolean },
): { least: number; most: number } {
  let least = Infinity;
  let most = -Infinity;
  for (let cell = 0; cell < values.length; cell++) {
    if (!diagonal && cell % (classes + 1) === 0) continue;
    const value = values[cell] ?? NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
