import { isLikeChance, testAgainstChance, type ChanceTest } from './permutationTest.js';
import { likelyClassOrder, type ClassOrder } from './classOrder.js';
import { confusion, type Answers } from './evaluation.js';

/** Why a model may not be what it is taken for. */
export type Doubt =
  /** Its answers are right in another order of the classes. */
  | { readonly kind: 'order'; readonly order: ClassOrder; readonly n: number }
  /** Its answers have nothing to do with the truth, as far as can be told. */
  | { readonly kind: 'chance'; readonly test: ChanceTest };

/** What is doubtful about a model by its answers to labelled pictures, of several sets together; null for nothing. */
export function doubtOf(sets: readonly Answers[]): Doubt | null {
  const [first] = sets;
  if (first === undefined) return null;
  const { classes } = first;
  const counts = new Int32Array(classes * classes);
  for (const set of sets) confusion(set).forEach((count, cell) => (counts[cell] = (counts[cell] ?? NaN) + count));
  const order = likelyClassOrder({ confusion: counts, classes });
  if (order !== null) return { kind: 'order', order, n: counts.reduce((sum, count) => sum + count, 0) };
  const test = testAgainstChance({ confusion: counts, classes });
  return isLikeChance(test) ? { kind: 'chance', test } : null;
}
