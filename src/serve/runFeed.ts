import { stat } from 'node:fs/promises';
import { problemOf, ProblemError, type Problem } from '../core/problem.js';
import type { RunStatus, ToPanel } from '../panel/protocol.js';
import type { EntryOf } from '../run/log/entry.js';
import type { RunFolder } from '../run/folder.js';
import { followLog, LogTail, type LogChunk } from '../run/log/logTail.js';
import type { RunRecord } from '../run/record.js';
import { processGone } from '../run/run.js';
import { readParsedRecord } from '../run/runsFolder.js';
import { advance, initialState, settle, type RunState } from '../run/state.js';
import { whyGone } from '../run/trainerEnd.js';
import { CurveColumns } from './curveColumns.js';
import { logCutShort } from './logCutShort.js';
import type { Turns } from './turns.js';

export interface RunFeedOptions {
  readonly folder: RunFolder;
  readonly post: (message: ToPanel) => void;
  /** The run became readable, or is not any more. */
  readonly onHealth: () => void;
  /** Shared by all runs of a panel: whose turn it is reads its log up to its end. */
  readonly turns: Turns;
}

/** How often it is looked whether the trainer lives and the record is still there. */
const lookMs = 1000;
const logPollMs = 250;

/** One run as the panel is told of it: what was logged so far, then what is new. */
export class RunFeed {
  readonly folder: RunFolder;
  readonly #post: (message: ToPanel) => void;
  readonly #onHealth: () => void;
  readonly #turns: Turns;
  readonly #end = new AbortController();
  #record: RunRecord | null = null;
  #recordSign = '';
  #recordProblem: Problem | null = null;
  #passedOver: Problem | null = null;
  #logProblem: Problem | null = null;
  /** Time of the newest entry ever seen: a log that ends before it was cut short. */
  #newest = 0;
  #logProblems: Problem[] = [];
  #state: RunState | null = null;
  #curves = new CurveColumns();
  #epochsSent: readonly EntryOf<'epoch'>[] = [];
  #statusSent: RunState | null = null;
  /** Whether its trainer is gone, and why. */
  #gone = false;
  #why: Problem | null = null;
  #telling = false;
  #timer: NodeJS.Timeout | null = null;

  constructor({ folder, post, onHealth, turns }: RunFeedOptions) {
    this.folder = folder;
    this.#post = post;
    this.#onHealth = onHealth;
    this.#turns = turns;
  }

  /** Null while the run cannot be read: then there is a problem. */
  get record(): RunRecord | null {
    return this.problem === null ? this.#record : null;
  }

  get problem(): Problem | null {
    return this.#recordProblem ?? this.#logProblem;
  }

  /** What of its record and its log could not be used. */
  get logProblems(): readonly Problem[] {
    const { passedOver } = this.#curves;
    const bounded = passedOver === null ? [] : [curvesEnd(this.folder.log, passedOver)];
    return [...(this.#passedOver === null ? [] : [this.#passedOver]), ...bounded, ...this.#logProblems];
  }

  /** What its log tells, null before it has been read. */
  get state(): RunState | null {
    return this.#state;
  }

  /** Reads the record. Never throws for what the folder holds. */
  async open(): Promise<void> {
    await this.#look();
  }

  /** Begins to tell of the run, from its first line on; what comes later is told as it comes. */
  start(): void {
    this.#telling = true;
    void this.#follow();
    this.#timer = setInterval(() => void this.#watchOver(), lookMs);
  }

  dispose(): void {
    this.#end.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    const tail = new LogTail(this.folder.log);
    let caughtUp = false;
    while (!signal.aborted) {
      try {
        if (!caughtUp) {
          await this.#turns.take(() => this.#catchUp(tail));
          caughtUp = true;
          this.#say({ type: 'caughtUp', run: this.folder.path });
        }
        await followLog(tail, (chunk) => this.#take(chunk), { signal, pollMs: logPollMs });
      } catch (error) {
        this.#setProblems({ log: problemOf(error) });
        await sleep(lookMs, signal);
      }
    }
  }

  async #catchUp(tail: LogTail): Promise<void> {
    for (let more = true; more && !this.#end.signal.aborted;) {
      const chunk = await tail.read();
      this.#take(chunk);
      more = chunk.more;
    }
    await this.#watchOver();
  }

  /** Takes in what was logged and tells of it. */
  #take({ entries, problems, restarted, more }: LogChunk): void {
    const record = this.#record;
    if (record === null) return;
    if (restarted || this.#state === null) this.#beginAnew(record);
    let state = this.#state ?? initialState(record);
    for (const entry of entries) {
      const after = advance(state, entry);
      this.#curves.advance(entry, { before: state.seconds, after: after.seconds });
      state = after;
    }
    this.#state = state;
    this.#logProblems.push(...problems);
    if (entries.some(({ type }) => type === 'started')) this.#gone = false;
    if (!more) this.#setProblems({ log: this.#problemOfLog(state) });
    this.#newest = Math.max(this.#newest, state.newestTime ?? 0);
    this.#tell();
  }

  /** A log of which nothing is left, or less than there was. */
  #problemOfLog({ newestTime, step }: RunState): Problem | null {
    const [first] = this.#logProblems;
    const newer = this.#logProblems.find(({ code }) => code === 'run-newer');
    if (newer !== undefined) return newer;
    if (newestTime === null && first !== undefined) return first;
    if ((newestTime ?? 0) >= this.#newest) return null;
    return logCutShort({ log: this.folder.log, step }).problem;
  }

  #beginAnew(record: RunRecord): void {
    this.#state = initialState(record);
    this.#curves = new CurveColumns();
    this.#logProblems = [];
    this.#epochsSent = [];
    this.#statusSent = null;
    this.#gone = false;
    const nothing = { from: 0, count: 0, columns: {}, seconds: new Float32Array(), loggedAt: 0 };
    this.#say({ type: 'steps', run: this.folder.path, ...nothing });
    this.#say({ type: 'epochs', run: this.folder.path, from: 0, epochs: [] });
  }

  /** Looks whether the record is still what it was, and whether the trainer lives. */
  async #watchOver(): Promise<void> {
    try {
      await this.#look();
      const state = this.#state;
      if (state === null || this.problem !== null) return;
      const gone = await processGone(this.folder, state);
      const why = gone && !this.#gone ? await whyGone(this.folder, state) : this.#why;
      if (gone === this.#gone || this.#state?.started !== state.started) return;
      this.#gone = gone;
      this.#why = why;
      this.#tell();
    } catch (error) {
      this.#setProblems({ record: problemOf(error) });
    }
  }

  async #look(): Promise<void> {
    try {
      const sign = await fileSign(this.folder.record);
      if (sign === this.#recordSign && this.#record !== null) return;
      const { record, passedOver } = await readParsedRecord(this.folder);
      this.#record = record;
      this.#passedOver = passedOver;
      this.#recordSign = sign;
      this.#setProblems({ record: null });
    } catch (error) {
      this.#recordSign = '';
      this.#setProblems({ record: problemOf(error) });
    }
  }

  #setProblems({
    record = this.#recordProblem,
    log = this.#logProblem,
  }: Partial<Record<'record' | 'log', Problem | null>>) {
    const before = this.problem;
    this.#recordProblem = record;
    this.#logProblem = log;
    if (this.#telling && before?.message !== this.problem?.message) this.#onHealth();
  }

  /** Tells what has changed since it told last. */
  #tell(): void {
    const folded = this.#state;
    if (folded === null || this.problem !== null) return;
    const run = this.folder.path;
    const steps = this.#curves.take();
    if (steps !== null) this.#say({ type: 'steps', run, ...steps });
    const kept = commonLength(this.#epochsSent, folded.history);
    if (kept < folded.history.length || kept < this.#epochsSent.length) {
      this.#say({ type: 'epochs', run, from: kept, epochs: folded.history.slice(kept) });
      this.#epochsSent = folded.history;
    }
    const state = settle(folded, { gone: this.#gone, why: this.#why });
    if (state !== this.#statusSent) {
      this.#say({ type: 'status', run, status: statusOf(state) });
      this.#statusSent = state;
    }
  }

  #say(message: ToPanel): void {
    if (!this.#end.signal.aborted) this.#post(message);
  }
}

const curvesEnd = (log: string, step: number): Problem => ({
  code: 'curves-bounded',
  message: `The curves leave out what was logged of step ${step} and later: it is more than is kept of one run, or far beyond the step before it.`,
  fix: 'Nothing needs to be done; the log and the result are whole. Export it for TensorBoard to see all of it.',
  place: { file: log },
});

function statusOf({ history, origin, ...status }: RunState): RunStatus {
  return status;
}

function commonLength(a: readonly unknown[], b: readonly unknown[]): number {
  const differs = a.findIndex((item, index) => item !== b[index]);
  return differs === -1 ? Math.min(a.length, b.length) : differs;
}

/** Changes whenever the file does. */
async function fileSign(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    throw new ProblemError(
      {
        code: 'run-missing',
        message: 'The run is not there any more: its run.json is gone.',
        fix: 'Bring the folder back, or close this.',
        place: { file: path },
      },
      { cause: error },
    );
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
