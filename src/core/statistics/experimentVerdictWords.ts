import { assertNever } from '../problem.js';
import { count, counted, points, pValue } from '../words.js';
import type { ExperimentVerdict } from './experimentVerdict.js';
import type { SeedsNeeded } from './seedsNeeded.js';

/**
 * `student better than its baseline by 0.30 points (p = 0.012) over 3 seeds`, `student and its baseline cannot be told apart
 * (p = 0.21) with seed 0`: what is said, in a phrase.
 */
export function experimentVerdictPhrase(verdict: ExperimentVerdict): string {
  const { name } = verdict;
  const [difference, p] = sizeOf(verdict);
  const over = verdict.kind === 'seeds' ? `over ${counted(verdict.table.seeds, 'seed')}` : `with seed ${verdict.seed}`;
  if (verdict.verdict === 'cannot be told')
    return `${name} and its baseline cannot be told apart (${pValue(p)}) ${over}`;
  const by = `by ${Math.abs(100 * difference).toFixed(2)} points`;
  return `${name} ${verdict.verdict} than its baseline ${by} (${pValue(p)}) ${over}`;
}

/** The same with its interval, what it holds for, how it was chosen, and what would tell more, in sentences. */
export function experimentVerdictWords(verdict: ExperimentVerdict): string {
  const { low, high } = verdict.kind === 'seeds' ? verdict.interval : verdict.comparison.interval;
  const interval = `95 % interval of the difference in accuracy ${points(low)} … ${points(high)} points`;
  const pictures = verdict.kind === 'seeds' ? verdict.table.pictures : verdict.comparison.examples;
  const holds =
    verdict.kind === 'seeds'
      ? `for new seeds and new pictures, from ${count(pictures)} of them`
      : `for these two networks on new pictures, from ${count(pictures)} of them; other seeds may say something else`;
  const parts = [
    `${experimentVerdictPhrase(verdict)}: ${interval}, ${holds}.`,
    choiceWords(verdict),
    neededWords(verdict),
  ].filter((part) => part !== null);
  return parts.join(' ');
}

function sizeOf(verdict: ExperimentVerdict): readonly [number, number] {
  return verdict.kind === 'seeds'
    ? [verdict.difference, verdict.p]
    : [verdict.comparison.accuracyDifference, verdict.comparison.p];
}

/** `Chosen on validation among 12, and corrected for them.` */
function choiceWords({ kind, chosenOn, tried, leftOut }: ExperimentVerdict): string | null {
  const left = leftOut === 0 ? '' : `, ${count(leftOut)} of which ${leftOut === 1 ? 'has' : 'have'} not all seeds`;
  switch (chosenOn) {
    case 'plan':
      return null;
    case 'validation':
      return kind === 'seeds'
        ? `Chosen on validation among ${count(tried)}${left}, and corrected for them: a seed that is lucky there is lucky on the test set, too.`
        : `Chosen on validation among ${count(tried)}${left}.`;
    case 'test':
      return `Chosen on the test set among ${count(tried)}${left}, and corrected for them.`;
    default:
      return assertNever(chosenOn);
  }
}

/** `6 more seeds would tell a difference of this size (80 % power).`; null where it is told already. */
function neededWords(verdict: ExperimentVerdict): string | null {
  const { needed, kind } = verdict;
  if (kind === 'seeds' && verdict.verdict !== 'cannot be told') return null;
  return amountWords(needed, { seeds: kind === 'seeds' ? verdict.table.seeds : 1 });
}

function amountWords(needed: SeedsNeeded, { seeds }: { readonly seeds: number }): string {
  switch (needed.kind) {
    case 'seeds': {
      const more = counted(Math.max(1, needed.seeds - seeds), 'more seed');
      return `${needed.isLeast ? 'At least ' : ''}${more} would tell a difference of this size (80 % power).`;
    }
    case 'pictures':
      return `No number of seeds would tell a difference of this size on these pictures: it takes ${count(needed.pictures)} at least.`;
    case 'none':
      return 'No number of seeds that anybody trains would tell so small a difference.';
    default:
      return assertNever(needed);
  }
}
