import { dirname, join } from 'node:path';
import { assertNever, ProblemError, problemOf, type Problem } from '../core/problem.js';
import {
  protocolVersion,
  type PanelCommand,
  type PanelRun,
  type RunKey,
  type ToHost,
  type ToPanel,
} from '../panel/protocol.js';
import { ExperimentHomes, type Homeless } from '../run/experiment/experimentHome.js';
import { runFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { answerFolder, answerLogits, answerPaired, answerTestSet } from './answers.js';
import { KeptPictures } from './keptPictures.js';
import { mostShown, noTrainers, notTrusted, otherVersion, tooMany } from './panelProblems.js';
import { parsePanelMessage, requestId } from './panelMessage.js';
import { plannedStudents, type ExperimentPlace } from './plannedStudents.js';
import { RunFeed } from './runFeed.js';
import { Turns } from './turns.js';

/** What the host does; which runs are shown is the server's own. */
export type HostCommand = Exclude<PanelCommand, { command: 'showRuns' }>;

/** Students to train. */
export interface TrainingAsked {
  readonly experiment: ExperimentPlace;
  /** Where the run lies that it was asked of. */
  readonly runsDir: string;
  /** Of the students, in the plan of the experiment. */
  readonly keys: readonly string[];
  /** Is told of the folder of each when it begins, or was there already. */
  readonly onRun: (path: string) => void;
}

export interface PanelServerOptions {
  /** Run folders that a person has opened, in their order. */
  readonly open: readonly string[];
  readonly post: (message: ToPanel) => void;
  /** Is called for runs that are shown only. */
  readonly onCommand: (command: HostCommand) => void;
  /** Makes the pictures of a run again from its data, in another process. */
  readonly remakePictures?: (run: RunKey) => Promise<void>;
  /** Where the experiment of a run lies now. By default it is looked for at its own places only. */
  readonly homeOf?: (run: Homeless) => Promise<string | null>;
  /** Trains students of the experiment of a run that is shown, and ends with the last of them. Not every host can. */
  readonly onTrain?: (asked: TrainingAsked) => Promise<void>;
  /** More runs are shown from now on: all that were opened and added. */
  readonly onOpened?: (paths: readonly string[]) => void;
  /** What the panel did that it must not, or what went wrong beside the runs. */
  readonly onProblem: (problem: Problem) => void;
  /** Whether trainers may be stopped and resumed here. */
  readonly mayRun: boolean;
}

/** Logs that are read at once: with fifty, each would be finished last. */
const mostLogs = 4;

type Request = Extract<ToHost, { type: 'request' }>;

/**
 * Answers one panel from run folders, and tells it what happens there. It brings along the teachers and the baseline of
 * the runs that were opened. Nothing is read before the panel says that it is ready; when it says so again, after a
 * reload, everything is told anew.
 */
export class PanelServer {
  readonly #options: PanelServerOptions;
  #open: readonly RunKey[];
  #mayRun: boolean;
  readonly #turns = new Turns(mostLogs);
  #ready = false;
  #feeds = new Map<RunKey, RunFeed>();
  /** Grows whenever the runs are gathered anew: what an earlier gathering finds is void. */
  #gathering = 0;
  readonly #pictures: KeptPictures;
  #disposed = false;

  constructor(options: PanelServerOptions) {
    this.#options = options;
    this.#open = keysOf(options.open);
    this.#mayRun = options.mayRun;
    this.#pictures = new KeptPictures({ remake: options.remakePictures });
  }

  /** Run folders that are shown because somebody wanted them. */
  get opened(): readonly RunKey[] {
    return this.#open;
  }

  /** Takes a message of the panel, whatever it holds. Never throws. */
  receive(message: unknown): void {
    try {
      this.#hear(parsePanelMessage(message));
    } catch (error) {
      const problem = problemOf(error);
      this.#options.onProblem(problem);
      // Even a request that makes no sense is answered: whoever sent it waits.
      const id = requestId(message);
      if (id !== null) this.#post({ type: 'refusal', id, problem });
    }
  }

  /** Shows other runs; those that stay are not told anew. */
  setOpen(paths: readonly string[]): void {
    this.#open = keysOf(paths);
    if (this.#ready) void this.#gather();
  }

  setMayRun(mayRun: boolean): void {
    if (mayRun === this.#mayRun) return;
    this.#mayRun = mayRun;
    if (this.#ready) this.#postRuns();
  }

  dispose(): void {
    this.#disposed = true;
    this.#clear();
  }

  #hear(message: ToHost): void {
    switch (message.type) {
      case 'ready':
        if (message.version !== protocolVersion) throw otherVersion(message.version);
        this.#ready = true;
        this.#clear();
        void this.#gather();
        return;
      case 'request':
        void this.#answer(message);
        return;
      case 'command': {
        const { type, ...command } = message;
        if (command.command !== 'save') this.#feed(command.run);
        if (!this.#mayRun && ['stop', 'resume', 'fix'].includes(command.command)) throw notTrusted();
        if (command.command === 'showRuns') this.show(command);
        else this.#options.onCommand(command);
        return;
      }
      default:
        assertNever(message);
    }
  }

  async #answer(request: Request): Promise<void> {
    const { id } = request;
    try {
      this.#post(await this.#answerOf(this.#feed(request.run), request));
    } catch (error) {
      this.#post({ type: 'refusal', id, problem: problemOf(error) });
    }
  }

  async #answerOf(feed: RunFeed, request: Request): Promise<ToPanel> {
    const { id, name } = request;
    switch (name) {
      case 'logits':
        return { type: 'answer', id, name, answer: await answerLogits(feed, request) };
      case 'pictures':
        return {
          type: 'answer',
          id,
          name,
          answer: await this.#pictures.answer(feed, request, { mayRun: this.#mayRun }),
        };
      case 'paired':
        return { type: 'answer', id, name, answer: await answerPaired(feed, this.#feed(request.baseline)) };
      case 'testSet':
        return { type: 'answer', id, name, answer: await answerTestSet(feed) };
      case 'folder':
        return { type: 'answer', id, name, answer: await answerFolder(feed) };
      case 'plan':
        // To know its runs by their hashes, whatever files the experiment names are read to their end.
        if (!this.#mayRun) throw notTrusted();
        return { type: 'answer', id, name, answer: await plannedStudents(request.run, await this.#experimentOf(feed)) };
      case 'train':
        await this.#train(request, await this.#experimentOf(feed));
        return { type: 'answer', id, name, answer: { ended: request.keys.length } };
      default:
        return assertNever(name);
    }
  }

  /** The experiment of a run, with its file where that lies now. */
  async #experimentOf(feed: RunFeed): Promise<ExperimentPlace> {
    const record = recordOf(feed);
    const run = { record, runsDir: dirname(feed.folder.path) };
    const { homeOf = (each: Homeless) => new ExperimentHomes().of(each) } = this.#options;
    const { name, file } = record.experiment;
    return { name, file: (await homeOf(run)) ?? file };
  }

  async #train({ run, keys }: Extract<Request, { name: 'train' }>, experiment: ExperimentPlace): Promise<void> {
    const { onTrain, onProblem } = this.#options;
    if (!this.#mayRun) throw notTrusted();
    if (onTrain === undefined) throw noTrainers();
    const onRun = (path: string): void => {
      try {
        this.show({ run, runs: [path] });
      } catch (error) {
        onProblem(problemOf(error));
      }
    };
    await onTrain({ experiment, runsDir: dirname(run), keys, onRun });
  }

  /** Shows more runs of the runs folder of one that is shown. @throws ProblemError `too-many-runs` */
  show({ run, runs }: { readonly run: RunKey; readonly runs: readonly RunKey[] }): void {
    const beside = keysOf(runs).filter((key) => dirname(key) === dirname(run));
    const open = [...new Set([...this.#open, ...beside])];
    if (open.length > mostShown) throw tooMany(open.length);
    if (open.length === this.#open.length || this.#disposed) return;
    this.setOpen(open);
    this.#options.onOpened?.(open);
  }

  #feed(run: RunKey): RunFeed {
    const feed = this.#feeds.get(run);
    if (feed !== undefined) return feed;
    throw new ProblemError({
      code: 'run-not-shown',
      message: `The panel asked for a run that it does not show: ${run}.`,
      fix: 'Close the panel and open it again.',
    });
  }

  /** Finds the runs to show and begins to tell of those that were not shown before. */
  async #gather(): Promise<void> {
    const gathering = ++this.#gathering;
    const before = this.#feeds;
    const feeds = new Map<RunKey, RunFeed>();
    const take = async (keys: readonly RunKey[]): Promise<void> => {
      const missing = keys.filter((key) => !feeds.has(key));
      const found = await Promise.all(missing.map((key) => this.#opened(before, key)));
      found.forEach((feed, index) => feeds.set(missing[index] ?? feed.folder.path, feed));
    };
    await take(this.#open);
    await take([...feeds.values()].flatMap(relatedKeys));
    if (gathering !== this.#gathering || this.#disposed) {
      for (const [key, feed] of feeds) if (before.get(key) !== feed) feed.dispose();
      return;
    }
    for (const [key, feed] of before) if (feeds.get(key) !== feed) feed.dispose();
    for (const [key, feed] of feeds) if (!this.#open.includes(key) && isAbsent(feed)) feeds.delete(key);
    this.#feeds = feeds;
    this.#postRuns();
    for (const [key, feed] of feeds) if (before.get(key) !== feed) feed.start();
  }

  async #opened(before: ReadonlyMap<RunKey, RunFeed>, key: RunKey): Promise<RunFeed> {
    const known = before.get(key);
    if (known !== undefined && known.problem === null) return known;
    const feed: RunFeed = new RunFeed({
      folder: runFolder(key),
      post: (message) => this.#post(message),
      onHealth: () => this.#healthChanged(feed),
      turns: this.#turns,
    });
    await feed.open();
    return feed;
  }

  /** A run that cannot be read any more becomes a problem; one that can again is told from its beginning. */
  #healthChanged(feed: RunFeed): void {
    if (this.#feeds.get(feed.folder.path) !== feed) return;
    if (feed.problem === null) void this.#gatherWithout(feed);
    else this.#postRuns();
  }

  async #gatherWithout(feed: RunFeed): Promise<void> {
    this.#feeds.delete(feed.folder.path);
    feed.dispose();
    await this.#gather();
  }

  #postRuns(): void {
    const runs: PanelRun[] = [];
    const damaged: { key: RunKey; problem: Problem }[] = [];
    const shown = (key: RunKey): RunKey | null => (this.#feeds.get(key)?.record == null ? null : key);
    for (const [key, feed] of this.#feeds) {
      const { record, problem } = feed;
      if (problem !== null) damaged.push({ key, problem });
      if (record === null) continue;
      runs.push({
        key,
        record,
        reason: this.#open.includes(key) ? 'opened' : 'related',
        teachers: record.teachers.map((id) => shown(beside(key, id))),
        baseline: record.baseline === null ? null : shown(beside(key, record.baseline)),
      });
    }
    this.#post({ type: 'runs', runs, damaged, mayRun: this.#mayRun });
  }

  #post(message: ToPanel): void {
    if (!this.#disposed) this.#options.post(message);
  }

  #clear(): void {
    this.#gathering++;
    for (const feed of this.#feeds.values()) feed.dispose();
    this.#feeds = new Map();
  }
}

function recordOf({ record, problem }: RunFeed): RunRecord {
  if (record !== null) return record;
  throw problem === null ? new Error('the run was not opened') : new ProblemError(problem);
}

const keysOf = (paths: readonly string[]): RunKey[] => [...new Set(paths.map((path) => runFolder(path).path))];
const beside = (key: RunKey, id: string): RunKey => join(dirname(key), id);

function relatedKeys({ folder, record }: RunFeed): RunKey[] {
  if (record?.spec.role !== 'student') return [];
  const ids = record.baseline === null ? record.teachers : [...record.teachers, record.baseline];
  return ids.map((id) => beside(folder.path, id));
}

/** A teacher or baseline that was deleted is left out; one that is damaged is shown as such. */
function isAbsent({ problem }: RunFeed): boolean {
  return problem?.code === 'run-missing';
}
