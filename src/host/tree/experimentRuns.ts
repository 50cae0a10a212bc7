import * as vscode from 'vscode';
import { counted } from '../../core/words.js';
import { anewWords } from '../../launch/anewWords.js';
import type { PlacedRun, QueueEvent } from '../../launch/queueEvent.js';
import { runsLeft, type AskedExperiment, type ExperimentQueue } from '../training/experimentQueue.js';
import { experimentWords } from '../experimentWords.js';
import { runTitle } from './listedRun.js';
import type { Notifier } from '../training/notifier.js';
import type { Report } from '../report.js';
import type { RunPanels } from '../runEditor/runPanels.js';
import type { RunsIndex } from '../../serve/runsIndex.js';

export interface ExperimentRunsOptions {
  readonly queue: ExperimentQueue;
  readonly runs: RunsIndex;
  readonly panels: RunPanels;
  readonly notifier: Notifier;
  readonly report: Report;
  readonly log: vscode.LogOutputChannel;
}

/** Runs experiments for a person: says how it goes, what came of it, and what was left when the window was closed. */
export class ExperimentRuns {
  readonly #options: ExperimentRunsOptions;
  /** Experiments whose runs are opened as they begin. */
  readonly #watched = new Set<AskedExperiment>();
  /** Who is told of the folders of students as they begin. */
  readonly #followed = new Map<AskedExperiment, (path: string) => void>();
  /** Folders of runs that experiments had trained and that were not told of yet. */
  readonly #trained = new Set<string>();

  constructor(options: ExperimentRunsOptions) {
    this.#options = options;
  }

  /**
   * Runs an experiment to its end.
   * @param watch opens each of its runs in the panel when it begins
   * @param onStudent is told of the folder of each student when it begins, or is there already
   * @throws ProblemError why nothing could be begun
   */
  async run(
    asked: AskedExperiment,
    { watch = false, onStudent }: { watch?: boolean; onStudent?: (path: string) => void } = {},
  ): Promise<void> {
    const { queue, runs, notifier, log } = this.#options;
    void runs.start().catch((error: unknown) => this.#options.report.show(error));
    if (watch) this.#watched.add(asked);
    if (onStudent) this.#followed.set(asked, onStudent);
    try {
      log.info(`Running ${asked.file}${asked.only.length === 0 ? '' : ` (only ${asked.only.join(', ')})`}.`);
      // It takes its place in the queue at once: who asks first comes first.
      const [{ name, outcomes }] = await Promise.all([queue.run(asked), runs.addFolder(asked.runsDir)]);
      const words = await experimentWords(name, outcomes);
      for (const problem of words.problems) this.#options.report.problem(problem);
      const stopped = outcomes.some((outcome) => outcome.kind === 'skipped' && outcome.reason.code === 'cancelled');
      if (stopped) log.info(`${words.text} Stopped.`);
      else
        notifier.experimentEnded(words.news ? words : { ...words, text: `${words.text} All of it was there already.` });
    } finally {
      this.#watched.delete(asked);
      this.#followed.delete(asked);
    }
  }

  /** Whether the end of a run is told together with its experiment's. Each end is asked for once. */
  takeTrained(path: string): boolean {
    return this.#trained.delete(path);
  }

  /** What the queue tells while it works. */
  heard(event: QueueEvent, asked: AskedExperiment): void {
    const { log, panels, report, runs } = this.#options;
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
        if (this.#watched.has(asked)) {
          panels.open(event.folder.path, { preserveFocus: true }).catch((error: unknown) => report.show(error));
        }
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

  #tellStudent({ run, folder }: PlacedRun, asked: AskedExperiment): void {
    if (run.spec.role === 'student') this.#followed.get(asked)?.(folder.path);
  }

  /** Goes on with experiments that the window's last life left unfinished, as the setting says, in their order. */
  continueLeft(): void {
    const wish = vscode.workspace.getConfiguration('distillery').get<string>('continueAfterReload', 'ask');
    this.#continueAll(wish).catch((error: unknown) => this.#options.report.show(error));
  }

  async #continueAll(wish: string): Promise<void> {
    const { queue, report } = this.#options;
    for (const asked of queue.left) {
      if (wish === 'never') {
        queue.forget(asked);
        continue;
      }
      const decided = this.#decide(asked, { ask: wish !== 'always' });
      const goOn = async (): Promise<void> => {
        // Until there is an answer it stays remembered, whatever becomes of the window.
        if (await decided) await this.run(asked);
        else queue.forget(asked);
      };
      goOn().catch((error: unknown) => report.show(error));
      // A person answers in whatever order; what nobody is asked keeps its own.
      if (wish === 'always') await decided.catch(() => false);
    }
  }

  async #decide(asked: AskedExperiment, { ask }: { ask: boolean }): Promise<boolean> {
    const { left, of, name } = await runsLeft(asked);
    if (left === 0 || !ask) return left > 0;
    const text = `${name}: ${left} of ${counted(of, 'run')} left.`;
    return (await vscode.window.showInformationMessage(text, 'Continue')) === 'Continue';
  }
}
