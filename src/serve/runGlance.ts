import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problemOf, type Problem } from '../core/problem.js';
import type { ExperimentHomes } from '../run/experiment/experimentHome.js';
import type { RunFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { processGone } from '../run/run.js';
import { chanceTestSet } from '../run/logits/testSet.js';
import { readRecord } from '../run/runsFolder.js';
import { advance, initialState, settle, type RunState } from '../run/state.js';
import { whyGone } from '../run/trainerEnd.js';
import type { ListedRun, RunSummary } from './listedRun.js';
import { logCutShort } from './logCutShort.js';
import { readLogEnds } from './logEnds.js';

/** One run of a list, looked at again and again; files that have not changed are not read again. */
export class RunGlance {
  readonly folder: RunFolder;
  #recordSign: string | null = null;
  #logSign: string | null = null;
  #record: RunRecord | null = null;
  #state: RunState | null = null;
  /** Time of the newest entry ever seen: a log that ends before it was cut short. */
  #newest = 0;
  #gone = false;
  #experimentFile: string | null = null;
  #listed: ListedRun | null = null;

  constructor(folder: RunFolder) {
    this.folder = folder;
  }

  /** What was found when it was looked at last. */
  get listed(): ListedRun | null {
    return this.#listed;
  }

  /** Whether it may change at any moment. */
  get isLive(): boolean {
    return this.#listed?.kind === 'run' && ['running', 'waiting'].includes(this.#listed.summary.state);
  }

  /**
   * @param homes where experiments lie now
   * @returns whether anything is different. Never throws for what the folder holds.
   */
  async look(homes: ExperimentHomes): Promise<boolean> {
    try {
      const [recordSign, logSign] = await Promise.all([signOf(this.folder.record), signOf(this.folder.log)]);
      const sameRecord = recordSign === this.#recordSign && this.#record !== null;
      const sameLog = logSign === this.#logSign && this.#state !== null;
      const record = sameRecord && this.#record !== null ? this.#record : await readRecord(this.folder);
      const read = sameRecord && sameLog && this.#state !== null ? this.#state : await this.#read(record);
      const gone = await processGone(this.folder, read);
      const experimentFile = await homes.of({ record, runsDir: dirname(this.folder.path) });
      const sameFile = experimentFile === this.#experimentFile;
      if (sameRecord && sameLog && sameFile && gone === this.#gone && this.#listed?.kind === 'run') return false;
      this.#recordSign = recordSign;
      this.#logSign = logSign;
      this.#record = record;
      this.#state = read;
      this.#gone = gone;
      this.#experimentFile = experimentFile;
      this.#newest = read.newestTime ?? 0;
      const why = gone ? await whyGone(this.folder, read) : null;
      const summary = summaryOf(settle(read, { gone, why }), {
        isAtChance: (await chanceTestSet({ folder: this.folder, state: read })) !== null,
      });
      this.#listed = { kind: 'run', folder: this.folder, record, experimentFile, summary };
      return true;
    } catch (error) {
      return this.#damage(problemOf(error));
    }
  }

  async #read(record: RunRecord): Promise<RunState> {
    const { entries } = await readLogEnds(this.folder.log);
    const state = entries.reduce(advance, initialState(record));
    if ((state.newestTime ?? 0) < this.#newest) throw logCutShort({ log: this.folder.log, step: state.step });
    // What lies between the ends was not read.
    return { ...state, gaps: [] };
  }

  #damage(problem: Problem): boolean {
    const before = this.#listed;
    this.#recordSign = null;
    this.#logSign = null;
    this.#listed = { kind: 'damaged', folder: this.folder, problem };
    return before?.kind !== 'damaged' || before.problem.message !== problem.message;
  }
}

/** What lists show of a run. */
export function summaryOf(state: RunState, { isAtChance }: Pick<RunSummary, 'isAtChance'>): RunSummary {
  const { epoch, epochs, test, seconds, secondsLeft, problem, lastTime } = state;
  const fraction = state.steps === null || state.steps === 0 ? null : Math.min(1, state.step / state.steps);
  const engine = state.started?.engine ?? null;
  const validation = state.history.at(-1)?.validation;
  return {
    ...{ state: state.state, epoch, epochs, fraction, test, ...(validation && { validation }) },
    ...{ isAtChance, seconds, secondsLeft, problem, engine, lastTime },
  };
}

/** Changes whenever the file does; `absent` where there is none. */
async function signOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => 'absent',
  );
}
