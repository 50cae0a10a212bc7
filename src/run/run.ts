import { join } from 'node:path';
import { problemOf, type Problem } from '../core/problem.js';
import { holder, silenceSeconds } from './claim.js';
import { runFolder, type RunFolder } from './folder.js';
import { readLog } from './logTail.js';
import { liveness } from './process.js';
import type { RunRecord } from './record.js';
import { listRuns, readRecord } from './runsFolder.js';
import { advance, initialState, settle, type RunState } from './state.js';

/** A run as it lies on the disk. */
export interface Run {
  readonly kind: 'run';
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly state: RunState;
  /** Lines of the log that could not be used. */
  readonly logProblems: readonly Problem[];
}

/** A folder among the runs that cannot be read; the others can. */
export interface DamagedRun {
  readonly kind: 'damaged';
  readonly folder: RunFolder;
  readonly problem: Problem;
}

/** Reads one run: its record, its log and whether its trainer lives. Never throws for what the folder holds. */
export async function readRun(folder: RunFolder): Promise<Run | DamagedRun> {
  try {
    const record = await readRecord(folder);
    const { entries, problems } = await readLog(folder.log);
    const state = await settleByProcess(folder, entries.reduce(advance, initialState(record)));
    return { kind: 'run', folder, record, state, logProblems: problems };
  } catch (error) {
    return { kind: 'damaged', folder, problem: problemOf(error) };
  }
}

/** Reads all runs of a runs folder, oldest first. @throws ProblemError when the folder itself cannot be read */
export async function readRuns(runsDir: string): Promise<(Run | DamagedRun)[]> {
  const runs: (Run | DamagedRun)[] = [];
  for (const id of await listRuns(runsDir)) runs.push(await readRun(runFolder(join(runsDir, id))));
  return runs;
}

/**
 * A run whose log has no last entry is `interrupted` when its process is gone. Where that cannot be known, silence
 * decides: a trainer writes at least every five seconds.
 */
export async function settleByProcess(folder: RunFolder, state: RunState): Promise<RunState> {
  if (state.state !== 'running' || state.started === null) return state;
  const life = await liveness(state.started);
  const silent = state.lastTime === null || Date.now() - state.lastTime > silenceSeconds * 1000;
  const gone = life === 'gone' || (life === 'unknown' && silent);
  // A trainer that has just taken over holds the folder before it has logged that it started.
  return settle(state, { gone: gone && (await holder(folder)) === null });
}
