import type { EngineChoice } from '../../core/spec/parts/engine.js';
import { assertNever, formatProblem, ProblemError } from '../../core/problem.js';
import { concludeCrash } from '../../launch/crash.js';
import type { Exit, Launcher, RunHandle, StopOutcome, StopPatience } from '../../launch/launcher.js';
import { resume } from '../../launch/resume.js';
import { runFolder } from '../../run/folder.js';
import { readRun } from '../../run/run.js';
import type { ExperimentQueue } from './experimentQueue.js';
import type { Log } from '../shown/log.js';
import { showInfo, showWarning } from '../shown/messages.js';
import { withProgress } from '../shown/progress.js';
import { runTitle, type WholeRun } from '../workspace/listedRun.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { requireTrust } from '../trust.js';

/** After this long a trainer that is still saving may be ended at once. */
const patienceMs = 6_000;

/** What a trainer is given that must end at once. */
const impatience: Partial<StopPatience> = { graceMs: 0, terminateMs: 2_000 };

export interface TrainersOptions {
  readonly launcher: () => Launcher;
  /** What is to compute in runs that are resumed; null for what did before. */
  readonly engine: () => EngineChoice | null;
  readonly runs: RunsIndex;
  readonly queue: ExperimentQueue;
  readonly log: Log;
}

/** Stops and resumes runs, whoever has started them. */
export class Trainers {
  constructor(private readonly options: TrainersOptions) {}

  /**
   * Stops runs, and returns once their trainers are gone. What takes long says so and can be cut short.
   * @throws ProblemError when one could not be stopped
   */
  async stop(runs: readonly WholeRun[]): Promise<void> {
    requireTrust();
    await Promise.all(runs.map((run) => this.#stopOne(run)));
    await this.options.runs.refresh();
  }

  /** Stops everything that runs, and begins nothing more of what waits. */
  async stopAll(): Promise<void> {
    requireTrust();
    this.options.queue.stopAll();
    await this.options.runs.refresh();
    await this.stop(runningOf(this.options.runs));
  }

  /** Stops an experiment: its runs, and what waits of it. */
  async stopExperiment(file: string): Promise<void> {
    requireTrust();
    this.options.queue.stop(file);
    await this.stop(runningOf(this.options.runs).filter(({ experimentFile }) => experimentFile === file));
  }

  /** @throws ProblemError `run-finished`, `run-busy`, or what is wrong with the folder */
  async resume(path: string): Promise<void> {
    requireTrust();
    const { log, runs, launcher, engine } = this.options;
    const handle = await resume(runFolder(path), { launcher: launcher(), engine: engine() });
    log.info(`Resumed ${handle.folder.id}: process ${handle.pid}.`);
    await withProgress({ where: 'window', title: `Resuming ${handle.folder.id}` }, () => this.#begun(handle));
    await runs.refresh();
  }

  /** Ends when a trainer is at work. @throws ProblemError when it ended before it had said anything */
  async #begun(handle: RunHandle): Promise<void> {
    const { folder } = handle;
    const { runs } = this.options;
    const before = this.#lastTimeOf(folder.path);
    let changed = (): void => undefined;
    const listening = runs.onChange(() => changed());
    const news = new Promise<null>((resolve) => {
      changed = () => {
        if (this.#lastTimeOf(folder.path) !== before) resolve(null);
      };
    });
    const exit = await Promise.race([news, handle.exited()]);
    listening.dispose();
    if (exit === null) {
      void handle.exited().then((later) => this.#ended(handle, later));
      return;
    }
    await runs.refresh();
    if (this.#lastTimeOf(folder.path) === before) throw new ProblemError((await concludeCrash(handle, exit)).problem);
  }

  /** Whatever ended a trainer that had begun: what it did not write down itself is found out and told. */
  async #ended(handle: RunHandle, exit: Exit): Promise<void> {
    const { runs, log } = this.options;
    const run = await readRun(handle.folder);
    if (run.kind === 'damaged' || run.state.state !== 'interrupted') return;
    const { problem } = await concludeCrash(handle, exit);
    log.error(formatProblem(problem));
    await runs.refresh();
  }

  #lastTimeOf(path: string): number | null {
    const run = this.options.runs.find(path);
    return run?.kind === 'run' ? run.summary.lastTime : null;
  }

  async #stopOne({ folder, record }: WholeRun): Promise<void> {
    const title = runTitle(record.spec);
    const { log } = this.options;
    const launcher = this.options.launcher();
    log.info(`Stopping ${folder.id} …`);
    const outcome = await withProgress({ where: 'notification', title: `Stopping ${title}` }, async (told) => {
      told.report({ message: 'it finishes its step and saves …' });
      const stopped = launcher.stop(folder);
      const timer = setTimeout(() => void this.#offerForce(folder.path, { title, stopped }), patienceMs);
      try {
        return await stopped;
      } finally {
        clearTimeout(timer);
      }
    });
    log.info(`${folder.id}: ${outcomeOfStop(outcome)}`);
    if (outcome !== 'stopped') void showInfo(`${title}: ${outcomeOfStop(outcome)}`);
  }

  async #offerForce(path: string, { title, stopped }: { title: string; stopped: Promise<StopOutcome> }): Promise<void> {
    const answer = await showWarning(
      `${title} is still saving. Ended at once, it loses what it has done since its last checkpoint.`,
      'End Now',
    );
    if (answer !== 'End Now') return;
    const over = await Promise.race([stopped.then(() => true), Promise.resolve(false)]);
    if (!over) await this.options.launcher().stop(runFolder(path), impatience);
  }
}

/** Runs that a trainer is at. */
export function runningOf({ runs }: Pick<RunsIndex, 'runs'>): WholeRun[] {
  return runs.filter((run) => run.kind === 'run').filter(({ summary }) => summary.state === 'running');
}

function outcomeOfStop(outcome: StopOutcome): string {
  switch (outcome) {
    case 'not-running':
      return 'It was not running any more.';
    case 'stopped':
      return 'Stopped; it has saved.';
    case 'terminated':
    case 'killed':
      return 'Ended by force: it did not leave when asked. Its last checkpoint stays.';
    case 'asked':
      return 'It runs on another machine: it was asked to stop and has not left yet.';
    default:
      return assertNever(outcome);
  }
}
