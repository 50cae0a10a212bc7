import { dirname } from 'node:path';
import type { PlannedRun } from '../core/plan.js';
import type { RunRecord } from '../run/record.js';
import { gitState } from './gitState.js';
import type { Launcher } from './launcher.js';
import { runQueue } from './queue.js';
import type { QueueEvent, RunOutcome } from './queueEvent.js';
import { LaunchingWorker } from './worker.js';

export interface RunPlanOptions extends Pick<RunRecord, 'experiment' | 'versions' | 'execution'> {
  readonly runsDir: string;
  readonly launcher: Launcher;
  /** Train anew what is finished or begun. */
  readonly force?: boolean;
  /** Trainers at a time; 1 unless said otherwise. */
  readonly parallel?: number;
  /** Aborting lets the present trainers save and leave, and begins no more. */
  readonly signal?: AbortSignal;
  readonly onEvent: (event: QueueEvent) => void;
}

/**
 * Trains the runs of a plan in a runs folder.
 * @returns what came of each run, in the order of the plan
 * @throws ProblemError when a run could not even be begun: no space, no permission, no trainer
 */
export async function runPlan(plan: readonly PlannedRun[], options: RunPlanOptions): Promise<RunOutcome[]> {
  const { experiment, versions, execution } = options;
  const git = experiment.file === null ? null : await gitState(dirname(experiment.file));
  const worker = new LaunchingWorker({ ...options, origin: { experiment, git, versions, execution } });
  return runQueue(plan, { ...options, worker });
}
