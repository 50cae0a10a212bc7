import { join } from 'node:path';
import type { PlannedRun } from '../core/spec/plan.js';
import { ProblemError } from '../core/problem.js';
import { liesOutside } from '../core/remedy.js';
import { holder } from '../run/claim.js';
import { ignoreDamaged } from '../run/damaged.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { readRun, type Run } from '../run/run.js';
import { linkOf, listRuns, readRecord } from '../run/runsFolder.js';
import type { RunState } from '../run/state.js';

/** A run of the same spec that lies in the runs folder already, and what can be done with it. */
export interface PastRun {
  readonly use: 'finished' | 'living' | 'resumable';
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly state: RunState;
}

/**
 * The runs with a spec hash that can be made use of, the latest first. Runs that failed by their settings are left alone:
 * the same would fail the same way. Those that failed for want of room, of a file or of an engine go on. What cannot be
 * resumed because a teacher's folder is gone, or because it lies behind a link, is left alone too.
 */
export async function findPastRuns(runsDir: string, { specHash }: { specHash: string }): Promise<PastRun[]> {
  const ids = await listRuns(runsDir);
  const known = new Set(ids);
  const found: PastRun[] = [];
  for (const id of ids.reverse()) {
    const folder = runFolder(join(runsDir, id));
    const record = await readRecord(folder).catch(ignoreDamaged);
    if (record?.specHash !== specHash) continue;
    const living = (await holder(folder)) !== null;
    const run = await readRun(folder);
    if (run.kind === 'damaged') continue;
    // Nothing is written through a link, so what lies behind one is taken as it is.
    const resumable = (await linkOf(folder)) === null && record.teachers.every((teacher) => known.has(teacher));
    const use = living ? 'living' : useOf(run.state, { resumable });
    if (use !== null) found.push({ use, folder, record, state: run.state });
  }
  return found;
}

/** The runs of a plan that are not finished yet. What is damaged is passed over, and so is a folder that is none. */
export async function unfinishedOf(runsDir: string, plan: readonly PlannedRun[]): Promise<PlannedRun[]> {
  const finished = await finishedOf(runsDir, plan);
  return plan.filter(({ specHash }) => !finished.has(specHash));
}

/** The latest finished run of each spec of a plan, by its hash; passed over is what `unfinishedOf` passes over. */
export async function finishedOf(runsDir: string, plan: readonly PlannedRun[]): Promise<Map<string, Run>> {
  const wanted = new Set(plan.map(({ specHash }) => specHash));
  const finished = new Map<string, Run>();
  for (const id of [...(await listRuns(runsDir).catch(noRuns))].reverse()) {
    const folder = runFolder(join(runsDir, id));
    const hash = (await readRecord(folder).catch(ignoreDamaged))?.specHash;
    if (hash === undefined || !wanted.has(hash) || finished.has(hash)) continue;
    const run = await readRun(folder);
    if (run.kind === 'run' && run.state.state === 'finished') finished.set(hash, run);
  }
  return finished;
}

/** Whoever begins a run there says what is wrong with the folder. */
function noRuns(error: unknown): readonly string[] {
  if (error instanceof ProblemError) return [];
  throw error;
}

function useOf({ state, problem }: RunState, { resumable }: { resumable: boolean }): PastRun['use'] | null {
  switch (state) {
    case 'finished':
      return 'finished';
    case 'waiting':
    case 'stopped':
    case 'interrupted':
      return resumable ? 'resumable' : null;
    case 'running':
      return 'living';
    case 'failed':
      return resumable && problem !== null && liesOutside(problem) ? 'resumable' : null;
  }
}
