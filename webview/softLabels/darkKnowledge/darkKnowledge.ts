import { likeness, WrongClasses, type Likeness } from '../../../src/core/evaluation/darkKnowledge.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import { none } from '../../../src/core/words.js';

import type { Role } from '../../../src/core/spec/spec.js';
import type { Overall } from '../../sums/overall.js';

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

export interface DarkOptions {
  readonly classes: number;
  readonly diagonal: boolean;
  readonly measure: DarkMeasure;
}

export function darkKnowledgeOf(
  { temperature, subject, teacher, baseline }: Overall,
  { classes, measure, ...options }: DarkOptions,
): DarkKnowledge {
  const columns = [teacher, subject, baseline].filter((column) => column !== null);
  // Of what the true class leaves it has nothing itself.
  const diagonal = options.diagonal && measure === 'softLabels';
  const matrices: DarkMatrix[] = columns.map(({ role, matrix }) => ({
    kind: role,
    values: measure === 'softLabels' ? matrix : sharesOfTheRest(matrix, classes),
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

/** The cell at a place of the drawing, which begins at the left above. */
export function cellAtPlace(order: ClassOrder, place: number): number {
  const classes = order.length;
  return (order[Math.floor(place / classes)] ?? 0) * classes + (order[place % classes] ?? 0);
}

/** Whether a cell is of the diagonal, and that is left out. */
export function isLeftOut({ diagonal, classes }: DarkKnowledge, cell: number): boolean {
  return !diagonal && cell % (classes + 1) === 0;
}

/**
 * How strongly a cell is coloured, 0 to 1: a probability by the square root of its place in the range, since what is
 * dark is small; a difference by its size. Cells that are missing, or of a diagonal that is left out, have none.
 */
export function strengthOf(dark: DarkKnowledge, { kind, values }: DarkMatrix, cell: number): number {
  const value = values[cell] ?? NaN;
  if (Number.isNaN(value) || isLeftOut(dark, cell)) return 0;
  if (kind === 'difference') return dark.mostDifference > 0 ? Math.min(1, Math.abs(value) / dark.mostDifference) : 0;
  const { least, most } = dark.range;
  return most > least ? Math.sqrt((value - least) / (most - least)) : 0;
}

/** A number as a cell shows it, in per cent or in points, with as many digits as tell the cells apart. */
export function cellNumber(dark: DarkKnowledge, { kind, values }: DarkMatrix, cell: number): string {
  const value = values[cell] ?? NaN;
  if (Number.isNaN(value)) return none;
  if (kind !== 'difference') return (100 * value).toFixed(digitsFor(dark.range.most));
  const text = Math.abs(100 * value).toFixed(digitsFor(dark.mostDifference));
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** Digits behind the point, in per cent or in points: as many as leave the largest of the shares two that count. */
function digitsFor(most: number): number {
  return most < 0.002 ? 3 : most < 0.02 ? 2 : 1;
}

/** What cells hold, in words. */
export function measureWords(measure: DarkMeasure): string {
  return measure === 'softLabels'
    ? 'mean soft label of each true class'
    : 'mean soft label of each true class, as shares of what it leaves the others';
}

/** What a matrix shows, and in which unit. */
export function kindTitle(kind: DarkMatrix['kind'], subject: Role): string {
  return kind === 'difference' ? `${subject} − teacher, in points` : `${kind}, in per cent`;
}

/** What the faintest and the strongest colour of a matrix stand for. */
export function scaleWords(dark: DarkKnowledge, kind: DarkMatrix['kind']): string {
  const { range, mostDifference } = dark;
  if (kind === 'difference') {
    const most = (100 * mostDifference).toFixed(digitsFor(mostDifference));
    return `colours −${most} … +${most}`;
  }
  if (range.most < range.least) return '';
  const [least, most] = [range.least, range.most].map((share) => (100 * share).toFixed(digitsFor(range.most)));
  return `colours ${least} … ${most}`;
}

/** A cell in words of its kind: `24.8 %`, or `+6.7` points. */
export function cellWords(dark: DarkKnowledge, matrix: DarkMatrix, cell: number): string {
  const text = cellNumber(dark, matrix, cell);
  if (text === none) return none;
  return matrix.kind === 'difference' ? text : `${text} %`;
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
