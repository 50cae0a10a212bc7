import { count, counted, pValue } from '../words.js';
import type { PairedComparison } from './comparison.js';

/** Below this p (McNemar, exact, two-sided) two runs are told apart. */
export const significanceLevel = 0.05;

/** What a paired test lets us say of the second run against the first. */
export const verdicts = ['better', 'worse', 'cannot be told'] as const;
export type Verdict = (typeof verdicts)[number];

/** What a verdict is made of: the errors of both on the same examples, and McNemar's exact p. */
export type PairedErrors = Pick<PairedComparison, 'firstErrors' | 'secondErrors' | 'p'>;

/** Whether the second run is better than the first: by the direction, where p is below `significanceLevel`. */
export function verdictOf({ firstErrors, secondErrors, p }: PairedErrors): Verdict {
  return verdictBy({ gain: firstErrors - secondErrors, p });
}

/** The same by how much better the second is, in whatever it is measured. */
export function verdictBy({ gain, p }: { readonly gain: number; readonly p: number }): Verdict {
  if (!(p < significanceLevel) || gain === 0) return 'cannot be told';
  return gain > 0 ? 'better' : 'worse';
}

type Told = PairedErrors & Pick<PairedComparison, 'accuracyDifference'>;

/** `better by 0.42 points (p = 0.010)`, `cannot be told apart (p = 0.099)`: of accuracy, in percentage points. */
export function verdictWords(comparison: Told): string {
  const verdict = verdictOf(comparison);
  const p = `(${pValue(comparison.p)})`;
  return verdict === 'cannot be told' ? `cannot be told apart ${p}` : `${verdict} ${byWords(comparison)} ${p}`;
}

/** `student better than its baseline by 0.42 points (p = 0.010)`, `student and its baseline cannot be told apart (p = 0.099)`. */
export function verdictSentence(
  comparison: Told,
  { second, first }: { readonly second: string; readonly first: string },
): string {
  const verdict = verdictOf(comparison);
  if (verdict === 'cannot be told') return `${second} and ${first} ${verdictWords(comparison)}`;
  return `${second} ${verdict} than ${first} ${byWords(comparison)} (${pValue(comparison.p)})`;
}

function byWords({ accuracyDifference }: Told): string {
  return `by ${Math.abs(100 * accuracyDifference).toFixed(2)} points`;
}

/** The verdicts of several seeds as one; null where they disagree, or there are none. */
export function sharedVerdict(ofSeeds: readonly Verdict[]): Verdict | null {
  const [first, ...others] = ofSeeds;
  return first !== undefined && others.every((verdict) => verdict === first) ? first : null;
}

/** `better with each of 3 seeds`, `cannot be told with any of 3 seeds`, `seeds disagree: 2 better, 1 cannot be told`. */
export function seedVerdictWords(ofSeeds: readonly Verdict[]): string {
  const shared = sharedVerdict(ofSeeds);
  const seeds = counted(ofSeeds.length, 'seed');
  if (ofSeeds.length < 2) return shared ?? '';
  if (shared !== null) return `${shared} with ${shared === 'cannot be told' ? 'any' : 'each'} of ${seeds}`;
  const counts = verdicts.map((verdict) => ({ verdict, number: ofSeeds.filter((each) => each === verdict).length }));
  const told = counts.filter(({ number }) => number > 0).map(({ number, verdict }) => `${count(number)} ${verdict}`);
  return `seeds disagree: ${told.join(', ')}`;
}
