import { findPastRuns } from '../../launch/pastRuns.js';
import { locatedPlan } from '../../data/experiment/experimentPlan.js';
import { counted } from '../../core/words.js';
import type { AskedExperiment } from './experimentQueue.js';

/** What is left of an experiment that was asked for in an earlier life of the window. */
export interface LeftExperiment {
  readonly name: string;
  /** Runs of its plan that are neither finished nor at work: what going on with it would begin or resume. */
  readonly left: number;
  readonly of: number;
  /** Names of its runs that a trainer is at: trainers outlive the window. */
  readonly running: readonly string[];
}

/** @throws ProblemError what is wrong with the experiment, which may have changed since, or with its files */
export async function leftOf(asked: AskedExperiment): Promise<LeftExperiment> {
  const { plan, experiment } = await locatedPlan(asked);
  const running: string[] = [];
  let left = 0;
  for (const run of plan) {
    const past = await findPastRuns(asked.runsDir, run);
    if (past.some(({ use }) => use === 'finished')) continue;
    if (past.some(({ use }) => use === 'living')) running.push(run.spec.name);
    else left++;
  }
  return { name: experiment.name, left, of: plan.length, running };
}

/** `MNIST quick: 2 of 3 runs are left. The teacher is still at work.` */
export function leftWords({ name, left, of, running }: LeftExperiment): string {
  const words = `${name}: ${left} of ${counted(of, 'run')} ${left === 1 ? 'is' : 'are'} left.`;
  const [first, ...more] = running;
  if (first === undefined) return words;
  return `${words} ${more.length === 0 ? `Its run ${first} is` : `${counted(running.length, 'run')} are`} still at work.`;
}
