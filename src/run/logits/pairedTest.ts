import { join } from 'node:path';
import { compareRight, type PairedComparison } from '../../core/evaluation/comparison.js';
import { rightAnswers } from '../../core/evaluation/evaluation.js';
import { ProblemError } from '../../core/problem.js';
import { logitsName } from '../folder.js';
import { readLogits, type Logits } from './logits.js';
import type { Run } from '../run.js';
import { count } from '../../core/words.js';

/** What is needed of a run to compare it. */
export type Tested = Pick<Run, 'folder' | 'state'>;

/**
 * Compares two runs on the test set by the logits of their last epochs.
 * @throws ProblemError `no-test-results`, `different-test-sets`, or what is wrong with a file of logits
 */
export async function testPaired({ first, second }: { first: Tested; second: Tested }): Promise<PairedComparison> {
  return compareRight(await readRight({ first, second }));
}

/** Which test examples two runs are right on, 1 or 0, [n], by the logits of their last epochs. @throws as `testPaired` */
export async function readRight({
  first,
  second,
}: {
  first: Tested;
  second: Tested;
}): Promise<{ first: Uint8Array; second: Uint8Array }> {
  const one = { id: first.folder.id, answers: await testLogits(first) };
  const other = { id: second.folder.id, answers: await testLogits(second) };
  checkSameExamples({ first: one, second: other });
  return { first: rightAnswers(one.answers), second: rightAnswers(other.answers) };
}

/** The answers of a run to the test examples. */
interface Answered {
  readonly id: string;
  readonly answers: Logits;
}

function checkSameExamples({ first, second }: { first: Answered; second: Answered }): void {
  const { answers: one } = first;
  const { answers: other } = second;
  const same =
    one.n === other.n && one.classes === other.classes && one.labels.every((label, row) => label === other.labels[row]);
  if (!same) {
    const sizes = one.n === other.n ? 'their labels differ' : `${count(one.n)} and ${count(other.n)} examples`;
    throw new ProblemError({
      code: 'different-test-sets',
      message: `${first.id} and ${second.id} were not tested on the same examples: ${sizes}.`,
      fix: 'Only runs with the same data and the same limit of test examples can be compared.',
    });
  }
}

async function testLogits({ folder, state }: Tested): Promise<Logits> {
  const last = state.history.at(-1);
  if (last === undefined) {
    throw new ProblemError({
      code: 'no-test-results',
      message: `${folder.id} has no test results yet: it is ${state.state}, before the end of its first epoch.`,
      fix: 'Wait for it, or resume it.',
    });
  }
  // A log may name anything; only the file where a trainer puts it is read. The last epoch's always stays.
  return readLogits(join(folder.path, logitsName({ split: 'test', epoch: last.epoch })));
}
