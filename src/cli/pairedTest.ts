import { join } from 'node:path';
import { comparePaired, type PairedComparison } from '../core/comparison.js';
import { ProblemError } from '../core/problem.js';
import { readLogits, type Logits } from '../run/logits.js';
import type { Run } from '../run/run.js';
import { count, points, pValue } from './words.js';

/** What is needed of a run to compare it. */
export type Tested = Pick<Run, 'folder' | 'state'>;

/**
 * Compares two runs on the test set by the logits of their last epochs.
 * @throws ProblemError `no-test-results`, `different-test-sets`, or what is wrong with a file of logits
 */
export async function testPaired({ first, second }: { first: Tested; second: Tested }): Promise<PairedComparison> {
  const one = await testLogits(first);
  const other = await testLogits(second);
  const same =
    one.n === other.n && one.classes === other.classes && one.labels.every((label, row) => label === other.labels[row]);
  if (!same) {
    const sizes = one.n === other.n ? 'their labels differ' : `${count(one.n)} and ${count(other.n)} examples`;
    throw new ProblemError({
      code: 'different-test-sets',
      message: `${first.folder.id} and ${second.folder.id} were not tested on the same examples: ${sizes}.`,
      mend: 'Only runs with the same data and the same limit of test examples can be compared.',
    });
  }
  return comparePaired({ first: one.logits, second: other.logits, labels: one.labels, classes: one.classes });
}

/**
 * `128 → 97 errors, 31 fewer; p = 0.0004 (McNemar, exact), 95 % interval of the difference in accuracy
 * +0.15 … +0.47 points`, on one line.
 */
export function comparisonWords({ firstErrors, secondErrors, p, interval }: PairedComparison): string {
  const change = firstErrors - secondErrors;
  const fewer = change === 0 ? 'as many' : `${count(Math.abs(change))} ${change > 0 ? 'fewer' : 'more'}`;
  return [
    `${count(firstErrors)} → ${count(secondErrors)} errors, ${fewer}; ${pValue(p)} (McNemar, exact),`,
    `95 % interval of the difference in accuracy ${points(interval.low)} … ${points(interval.high)} points`,
  ].join(' ');
}

async function testLogits({ folder, state }: Tested): Promise<Logits> {
  const last = state.history.at(-1);
  if (last === undefined) {
    throw new ProblemError({
      code: 'no-test-results',
      message: `${folder.id} has no test results yet: it is ${state.state}, before the end of its first epoch.`,
      mend: 'Wait for it, or resume it.',
    });
  }
  return readLogits(join(folder.path, last.logits.test));
}
