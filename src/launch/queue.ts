import type { PlannedRun } from '../core/spec/plan.js';
import type { Problem } from '../core/problem.js';
import type { RunFolder } from '../run/folder.js';
import type { RunState } from '../run/state.js';
import type { QueueEvent, RunOutcome } from './queueEvent.js';

/** Trains one planned run, or finds that it is trained. */
export interface RunWorker {
  /**
   * @param related run folders of the teachers in the order of the plan, and of the baseline where it has one
   * @param onPlaced is called as soon as the run has a folder
   */
  work(
    run: PlannedRun,
    related: { teachers: readonly RunFolder[]; baseline: RunFolder | null },
    onPlaced: (folder: RunFolder) => void,
  ): Promise<RunOutcome>;
}

export interface QueueOptions {
  readonly worker: RunWorker;
  /** Trainers at a time. One is best on one machine: each uses all of it. */
  readonly parallel?: number;
  /** Aborting lets the present trainers save and leave, and begins no more. */
  readonly signal?: AbortSignal;
  readonly onEvent: (event: QueueEvent) => void;
}

/** A run of the plan on its way: `folder` is known from when it is placed, `outcome` at the end. */
interface Slot {
  readonly run: PlannedRun;
  begun: boolean;
  folder: RunFolder | null;
  outcome: RunOutcome | null;
}

/**
 * Does the runs of a plan in its order, each as soon as its teachers are done. Students whose teacher did not finish
 * are skipped; everything else goes on.
 * @returns what came of each run, in the order of the plan
 * @throws ProblemError when a run could not even be begun (no space, no permission, no trainer); others that are
 * being trained are waited for first
 */
export async function runQueue(
  plan: readonly PlannedRun[],
  { worker, parallel = 1, signal, onEvent }: QueueOptions,
): Promise<RunOutcome[]> {
  const slots = new Map(
    plan.map((run): [string, Slot] => [run.key, { run, begun: false, folder: null, outcome: null }]),
  );
  const all = [...slots.values()];
  const active = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let wake = (): void => undefined;

  const settle = (slot: Slot, outcome: RunOutcome): void => {
    slot.begun = true;
    slot.outcome = outcome;
    onEvent(outcome);
  };
  const begin = async (slot: Slot): Promise<void> => {
    slot.begun = true;
    const { teachers, baseline } = slot.run;
    const related = {
      teachers: teachers.map((key) => slots.get(key)?.folder ?? null).filter((folder) => folder !== null),
      baseline: baseline === null ? null : (slots.get(baseline)?.folder ?? null),
    };
    const outcome = await worker.work(slot.run, related, (folder) => {
      slot.folder = folder;
      wake();
    });
    settle(slot, outcome);
  };

  for (const run of plan) onEvent({ kind: 'queued', run });
  for (;;) {
    for (const slot of all) {
      const reason = slot.begun ? null : reasonToSkip(slot, { slots, cancelled: signal?.aborted ?? false });
      if (reason !== null) settle(slot, { kind: 'skipped', run: slot.run, reason });
    }
    const next = all.find((slot) => !slot.begun && isReady(slot, slots));
    if (next !== undefined && active.size < parallel && failures.length === 0) {
      const work: Promise<void> = begin(next)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => active.delete(work));
      active.add(work);
    } else if (active.size > 0) {
      const placed = new Promise<void>((resolve) => (wake = resolve));
      await Promise.race([...active, placed]);
    } else break;
  }
  if (failures.length > 0) throw failures[0];
  return all.map(({ outcome }) => outcome).filter((outcome) => outcome !== null);
}

/** A student's record names its baseline, so the baseline must have its folder first. */
function isReady({ run }: Slot, slots: ReadonlyMap<string, Slot>): boolean {
  const baseline = run.baseline === null ? undefined : slots.get(run.baseline);
  const placed = baseline === undefined || baseline.folder !== null || baseline.outcome !== null;
  return placed && run.teachers.every((key) => isFinished(slots.get(key)?.outcome ?? null));
}

function isFinished(outcome: RunOutcome | null): boolean {
  return outcome !== null && outcome.kind !== 'skipped' && outcome.state.state === 'finished';
}

function reasonToSkip(
  { run }: Slot,
  { slots, cancelled }: { slots: ReadonlyMap<string, Slot>; cancelled: boolean },
): Problem | null {
  if (cancelled) return cancelledProblem;
  for (const key of run.teachers) {
    const outcome = slots.get(key)?.outcome ?? null;
    if (outcome !== null && !isFinished(outcome)) return teacherProblem(key, outcome);
  }
  return null;
}

/** Why a run was not begun, or is not followed any more, after the queue was told to end. */
export const cancelledProblem: Problem = {
  code: 'cancelled',
  message: 'Not begun: the queue was stopped before.',
  fix: 'Run the experiment again: what is finished is reused and what was begun is resumed.',
};

function teacherProblem(key: string, outcome: RunOutcome): Problem {
  const problem = outcome.kind === 'skipped' ? outcome.reason : outcome.state.problem;
  const how = outcome.kind === 'skipped' ? 'was skipped' : stateWords(outcome.state.state);
  return {
    code: 'teacher-unfinished',
    message: `Not begun: its teacher \`${key}\` ${how}.${problem === null ? '' : ` ${problem.message}`}`,
    fix: 'Finish the teacher, then run the experiment again: what is finished is reused.',
  };
}

const stateWords = (state: RunState['state']): string => (state === 'failed' ? 'has failed' : `is ${state}`);
