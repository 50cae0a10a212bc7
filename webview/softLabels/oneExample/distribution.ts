import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import type { ExampleColumn, ExampleLogits } from './useExampleLogits.js';
import { divergenceOf, entropyOf, RowSoftener } from '../../sums/rowSoftener.js';

/** How the classes of a distribution are ordered: by the first column's probability, or as the data set has them. */
export type ClassOrder = 'probability' | 'class';

/** With up to so many classes all are shown, with more the likeliest ten, the truth, and the others as one. */
export const mostClasses = 12;
const shownOfMany = 10;

/** What one column says of an example. */
export interface ColumnSummary {
  /** In nats. */
  readonly entropy: number;
  /** Share of the entropy of no idea, log(classes). */
  readonly entropyShare: number;
  /** Sum of the k largest probabilities by k. */
  readonly topMass: readonly { readonly k: number; readonly mass: number }[];
  /** KL(teacher‖this) in nats; null for the teacher, and where there is none. */
  readonly divergence: number | null;
  /**
   * Whether its answer is the teacher's: the likeliest class at T = 1 of each, whatever temperature is looked at, as for
   * who is right. Null as above, and where one has no answer.
   */
  readonly sameAnswer: boolean | null;
}

/** One line of the comparison: a class, or the mass of all that are not listed. */
export interface DistributionRow {
  /** Null: the others together. */
  readonly label: number | null;
  readonly isTruth: boolean;
  /** A probability for each column. */
  readonly probabilities: readonly number[];
}

/** Soft labels of one example at one temperature, one column for each answerer. */
export interface Distribution {
  readonly index: number;
  readonly temperature: number;
  readonly truth: number;
  readonly columns: readonly ExampleColumn[];
  /** All probabilities, [classes] a column. */
  readonly probabilities: readonly Float64Array[];
  readonly rows: readonly DistributionRow[];
  /** How many classes the last row stands for; 0 where there is no such row. */
  readonly others: number;
  readonly summaries: readonly ColumnSummary[];
}

/**
 * What the columns say of an example at a temperature.
 * @param example its columns: the one that orders the classes first; a teacher, where there is one, is the first
 * @param shown an order of classes to keep (`orderClasses`); those beyond it count as others
 */
export function distributionOf(
  { columns, classes, truth, index }: ExampleLogits,
  { temperature, shown }: { temperature: number; shown: readonly number[] },
): Distribution {
  const softeners = columns.map(({ members }) => new RowSoftener(members, classes));
  for (const softener of softeners) softener.soften({ row: 0, temperature });
  const answers = columns.map(({ answer }) => answer);
  const probabilities = softeners.map(({ soft }) => soft);
  const rows: DistributionRow[] = shown.map((label) => ({
    label,
    isTruth: label === truth,
    probabilities: probabilities.map((soft) => soft[label] ?? NaN),
  }));
  const others = classes - shown.length;
  if (others > 0) {
    const rest = probabilities.map((soft) => {
      const listed = shown.reduce((sum, label) => sum + (soft[label] ?? NaN), 0);
      return Math.max(0, 1 - listed);
    });
    rows.push({ label: null, isTruth: false, probabilities: rest });
  }
  const [first] = softeners;
  const hasTeacher = columns[0]?.role === 'teacher';
  const summaries = softeners.map((softener, place): ColumnSummary => {
    const entropy = entropyOf(softener);
    const compared = hasTeacher && place > 0 && first !== undefined;
    return {
      entropy,
      entropyShare: classes > 1 ? entropy / Math.log(classes) : 0,
      topMass: topMass(softener.soft),
      divergence: compared ? divergenceOf({ teacher: first, student: softener }) : null,
      sameAnswer: compared && !answers.includes(noAnswer) ? answers[place] === answers[0] : null,
    };
  });
  return { index, temperature, truth, columns, probabilities, rows, others, summaries };
}

/** Which classes of an example are listed, in which order. The truth is always among them. */
export function orderClasses(
  { columns, classes, truth }: ExampleLogits,
  { temperature, order }: { temperature: number; order: ClassOrder },
): number[] {
  const softener = new RowSoftener(columns[0]?.members ?? [], classes);
  softener.soften({ row: 0, temperature });
  const { log } = softener;
  const byProbability = Array.from({ length: classes }, (_, label) => label).sort(
    (a, b) => (log[b] ?? NaN) - (log[a] ?? NaN) || a - b,
  );
  const few = classes <= mostClasses;
  const listed = few ? byProbability : byProbability.slice(0, shownOfMany);
  if (!listed.includes(truth)) listed.push(truth);
  return order === 'class' ? listed.sort((a, b) => a - b) : listed;
}

function topMass(soft: Float64Array): { k: number; mass: number }[] {
  const sorted = soft.toSorted((a, b) => b - a);
  return [1, 3, 5]
    .filter((k) => k < soft.length)
    .map((k) => ({ k, mass: sorted.subarray(0, k).reduce((sum, p) => sum + p, 0) }));
}
