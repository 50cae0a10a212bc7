import { join } from 'node:path';
import { gapsProblem } from '../core/gaps.js';
import { problemOf, type Problem } from '../core/problem.js';
import { counted } from '../core/words.js';
import { isSilent } from '../core/silence.js';
import { holder } from './claim.js';
import { runFolder, type RunFolder } from './folder.js';
import { LogTail, refuseNewer } from './log/logTail.js';
import { liveness } from '../node/processes/process.js';
import type { RunRecord } from './record.js';
import { listRuns, readParsedRecord } from './runsFolder.js';
import { advance, initialState, settle, type RunState } from './state.js';
import { whyGone } from './trainerEnd.js';

/** A run as it lies on the disk. */
export interface Run {
  readonly kind: 'run';
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly state: RunState;
  /** What of its record and its log could not be used. */
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
    const { record, passedOver } = await readParsedRecord(folder);
    const log = new LogTail(folder.log);
    const logProblems: Problem[] = passedOver === null ? [] : [passedOver];
    const state = await foldRest(log, initialState(record), logProblems);
    if (!(await processGone(folder, state))) return { kind: 'run', folder, record, state, logProblems };
    // It may have written its last entry after the log was read and before it left.
    const latest = await foldRest(log, state, logProblems);
    const gone = latest.started === state.started;
    const settled = settle(latest, { gone, why: gone ? await whyGone(folder, latest) : null });
    return { kind: 'run', folder, record, state: settled, logProblems };
  } catch (error) {
    return { kind: 'damaged', folder, problem: problemOf(error) };
  }
}

/** What a log has not been read of yet, piece by piece: it may be longer than the memory. */
async function foldRest(log: LogTail, before: RunState, problems: Problem[]): Promise<RunState> {
  let state = before;
  for (let more = true; more;) {
    const chunk = await log.read();
    refuseNewer(chunk.problems);
    state = chunk.entries.reduce(advance, state);
    problems.push(...chunk.problems);
    more = chunk.more;
  }
  return state;
}

/** What the log of a run lacks, in lines: of a run that cannot be read, whose row says so, none. */
export async function logLacks(folder: RunFolder): Promise<string[]> {
  const run = await readRun(folder);
  if (run.kind === 'damaged') return [];
  const gaps = gapsProblem(run.state.gaps);
  const { length } = run.logProblems;
  const damaged = length === 0 ? [] : [`${counted(length, 'line')} of the log could not be used`];
  return [...(gaps === null ? [] : [gaps.message]), ...damaged];
}

/** Reads all runs of a runs folder, oldest first. @throws ProblemError when the folder itself cannot be read */
export async function readRuns(runsDir: string): Promise<(Run | DamagedRun)[]> {
  const runs: (Run | DamagedRun)[] = [];
  for (const id of await listRuns(runsDir)) runs.push(await readRun(runFolder(join(runsDir, id))));
  return runs;
}

/**
 * Whether the process of a run that seems to be running is gone without a last word. Where that cannot be known,
 * silence decides: a trainer writes at least every five seconds.
 */
export async function processGone(folder: RunFolder, state: RunState): Promise<boolean> {
  if (state.state !== 'running' || state.started === null) return false;
  const life = await liveness(state.started);
  const silent = state.lastTime === null || isSilent({ time: state.lastTime, now: Date.now() });
  const gone = life === 'gone' || (life === 'unknown' && silent);
  // A trainer that has just taken over holds the folder before it has logged that it started.
  return gone && (await holder(folder)) === null;
}
