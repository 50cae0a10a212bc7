import { EventEmitter } from 'node:events';
import * as vscode from 'vscode';
import { anewWords } from '../../launch/anewWords.js';
import type { PlacedRun, QueueEvent, RunOutcome } from '../../launch/queueEvent.js';
import type { ContinueAnswer, ContinueOffers } from './continueOffers.js';
import type { AskedExperiment, ExperimentQueue } from './experimentQueue.js';
import { ProblemError } from '../../core/problem.js';
import { experimentLabel } from '../workspace/experimentPath.js';
import { experimentWords, type EndedExperiment } from '../experimentWords.js';
import { failureOfExperiment, reasonOf, type Failure } from './failure.js';
import type { Failures } from './failures.js';
import { runTitle } from '../workspace/listedRun.js';
import type { Report } from '../report.js';
import type { Log } from '../shown/log.js';
import type { RunsIndex } from '../../serve/runsIndex.js';

/** What is told of experiments that are run for a person. */
export interface ExperimentRunsNews {
  /** A run of an experiment that is watched has begun. `beside` is the first of them, and null for that one. */
  readonly watched: [path: string, beside: string | null];
  /** One was asked for and could not be run. */
  readonly refused: [text: string, failure: Failure];
  readonly ended: [experiment: EndedExperiment];
}

export interface ExperimentRunsOptions {
  readonly queue: ExperimentQueue;
  readonly runs: RunsIndex;
  readonly offers: ContinueOffers;
  readonly failures: Failures;
  readonly report: Report;
  readonly log: Log;
}

export interface RunOptions {
  /** Opens a panel with its first run when that begins, and shows the others there as they begin. */
  readonly watch?: boolean;
  /** Is told of the folder of each student when it begins, or is there already. */
  readonly onStudent?: (path: string) => void;
}

/** Runs experiments for a person: tells how it goes, what came of it, and what was left when the window was closed. */
export class ExperimentRuns extends EventEmitter<ExperimentRunsNews> {
  readonly #options: ExperimentRunsOptions;
  /** Experiments that are watched in a panel, each with the run that it was opened for once there is one. */
  readonly #watched = new Map<AskedExperiment, string | null>();
  /** Who is told of the folders of students as they begin. */
  readonly #followed = new Map<AskedExperiment, (path: string) => void>();
  /** Folders of runs that experiments had trained and that were not told of yet. */
  readonly #trained = new Set<string>();

  constructor(options: ExperimentRunsOptions) {
    super();
    this.#options = options;
    options.queue.on('event', (event, asked) => this.#heard(event, asked));
  }

  /** Runs an experiment to its end, for a person: what stands in the way is told, with what can be done about it. */
  async run(asked: AskedExperiment, options: RunOptions = {}): Promise<void> {
    try {
      await this.work(asked, options);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const failure = failureOfExperiment(asked, error.problem);
      this.emit('refused', `${experimentLabel(asked.file)} is not run: ${reasonOf(failure)}`, failure);
    }
  }

  /**
   * Runs an experiment to its end.
   * @throws ProblemError why nothing could be begun
   */
  async work(asked: AskedExperiment, { watch = false, onStudent }: RunOptions = {}): Promise<void> {
    const { queue, runs, log, failures } = this.#options;
    void runs.start().catch((error: unknown) => this.#options.report.show(error));
    if (watch) this.#watched.set(asked, null);
    if (onStudent) this.#followed.set(asked, onStudent);
    try {
      log.info(`Running ${asked.file}${asked.only.length === 0 ? '' : ` (only ${asked.only.join(', ')})`}.`);
      // It takes its place in the queue at once: who asks first comes first.
      const working = queue.run(asked);
      failures.set(asked.file, null);
      const [{ name, outcomes }] = await Promise.all([working, runs.addFolder(asked.runsDir)]);
      await this.#tell(asked, name, outcomes);
    } catch (error) {
      const isBusy = error instanceof ProblemError && error.problem.code === 'experiment-busy';
      if (error instanceof ProblemError && !isBusy) failures.set(asked.file, failureOfExperiment(asked, error.problem));
      throw error;
    } finally {
      this.#watched.delete(asked);
      this.#followed.delete(asked);
    }
  }

  /** What came of an experiment. */
  async #tell({ file, only }: AskedExperiment, name: string, outcomes: readonly RunOutcome[]): Promise<void> {
    const { log, failures, report } = this.#options;
    const { failed, problems, ...words } = await experimentWords(name, outcomes);
    for (const problem of problems) report.problem(problem);
    const failure: Failure | null =
      failed === null ? null : { problem: failed.problem, file, only, data: failed.run.spec.data, run: failed.path };
    failures.set(file, failure);
    const stopped = outcomes.some((outcome) => outcome.kind === 'skipped' && outcome.reason.code === 'cancelled');
    const text = words.news ? words.text : `${words.text} All of it was there already.`;
    if (stopped) log.info(`${words.text} Stopped.`);
    else this.emit('ended', { ...words, text, failure });
  }

  /** Whether the end of a run is told together with its experiment's. Each end is asked for once. */
  takeTrained(path: string): boolean {
    return this.#trained.delete(path);
  }

  /** What the queue tells while it works. */
  #heard(event: QueueEvent, asked: AskedExperiment): void {
    const { log, report, runs } = this.#options;
    switch (event.kind) {
      case 'started':
      case 'resumed':
      case 'joined':
        log.info(`${event.folder.id} ${event.kind}: ${runTitle(event.run.spec)}.`);
        if (event.kind === 'started' && event.instead !== null) {
          log.info(`${event.run.key} ${anewWords(event.instead, { spec: event.run.spec, file: asked.file })}`);
        }
        this.#trained.add(event.folder.path);
        this.#tellStudent(event, asked);
        runs.refresh().catch((error: unknown) => report.show(error));
        this.#watch(event.folder.path, asked);
        return;
      case 'reused':
        log.info(`${event.folder.id} is finished already: ${event.run.key}.`);
        this.#tellStudent(event, asked);
        return;
      case 'skipped':
        log.info(`${event.run.key} is skipped: ${event.reason.message}`);
        return;
      case 'queued':
      case 'entry':
      case 'ended':
        return;
    }
  }

  /** One panel is opened for a watched experiment, beside whatever a person does meanwhile. */
  #watch(path: string, asked: AskedExperiment): void {
    const first = this.#watched.get(asked);
    if (first === undefined) return;
    if (first === null) this.#watched.set(asked, path);
    this.emit('watched', path, first);
  }

  #tellStudent({ run, folder }: PlacedRun, asked: AskedExperiment): void {
    if (run.spec.role === 'student') this.#followed.get(asked)?.(folder.path);
  }

  /** Goes on with experiments that the window's last life left unfinished, as the setting says, in their order. */
  continueLeft(): void {
    const wish = vscode.workspace.getConfiguration('distillery').get<string>('continueAfterReload', 'ask');
    this.#continueAll(wish).catch((error: unknown) => this.#options.report.show(error));
  }

  async #continueAll(wish: string): Promise<void> {
    const { queue, report, offers } = this.#options;
    for (const asked of queue.left) {
      if (wish === 'never') {
        queue.forget(asked);
        continue;
      }
      const answered = wish === 'always' ? offers.assume(asked) : offers.ask(asked);
      answered
        .then((answer) => this.#act(asked, answer))
        .catch((error: unknown) => {
          // What cannot be planned any more would be told at every start of the window.
          queue.forget(asked);
          report.show(error);
        });
      // A person answers in whatever order; what nobody is asked keeps its own.
      if (wish === 'always') await answered.catch(() => 'over');
    }
  }

  /** Until there is an answer it stays remembered, whatever becomes of the window. */
  async #act(asked: AskedExperiment, answer: ContinueAnswer): Promise<void> {
    switch (answer) {
      case 'continue':
        return this.#goOn(asked);
      case 'not-now':
      case 'over':
        this.#options.queue.forget(asked);
        return;
      case 'later':
        return;
    }
  }

  /** What was run meanwhile, by hand, is not run once more. */
  async #goOn(asked: AskedExperiment): Promise<void> {
    const { queue } = this.#options;
    if (queue.left.includes(asked)) await this.run(asked);
  }
}
