import type { TestSet } from '../core/evaluation/testSet.js';
import { chanceTestSet } from '../run/logits/testSet.js';
import { isFinished } from './compareStudents.js';
import type { RunOutcome } from './queueEvent.js';

/** The finished runs of a plan that learned nothing, by their keys, with what they are measured against. */
export async function runsAtChance(outcomes: readonly RunOutcome[]): Promise<ReadonlyMap<string, TestSet>> {
  const found = new Map<string, TestSet>();
  for (const outcome of outcomes.filter(isFinished)) {
    const testSet = await chanceTestSet(outcome);
    if (testSet !== null) found.set(outcome.run.key, testSet);
  }
  return found;
}
