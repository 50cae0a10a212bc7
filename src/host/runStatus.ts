import type { RunsIndex } from '../serve/runsIndex.js';
import { ContextKeys } from './contextKeys.js';
import type { Notifier } from './notifier.js';
import type { Report } from './report.js';
import type { ExperimentQueue } from './training/experimentQueue.js';
import type { ExperimentRuns } from './training/experimentRuns.js';
import { StatusBar } from './training/statusBar.js';
import { runningOf } from './training/trainers.js';
import { isResumable } from './workspace/listedRun.js';
import { glance } from './tree/livingRuns.js';
import { RunWatch } from './tree/runWatch.js';

export interface RunStatusOptions {
  readonly runs: RunsIndex;
  readonly queue: ExperimentQueue;
  readonly experiments: ExperimentRuns;
  readonly notifier: Notifier;
  readonly report: Report;
}

/** Follows what runs and what waits: tells the status bar and the menus, and the person when a run has ended. */
export class RunStatus {
  readonly #options: RunStatusOptions;
  readonly #bar = new StatusBar();
  readonly #keys = new ContextKeys();
  readonly #watch = new RunWatch();
  readonly #listening: { dispose(): void };

  constructor(options: RunStatusOptions) {
    const { runs, queue } = options;
    this.#options = options;
    this.#listening = runs.onChange(() => this.#tell());
    queue.on('change', () => this.#tell());
  }

  /** Looks at the names of the latest runs, and begins to follow all of them where one may be at work. */
  async begin(): Promise<void> {
    const { runs, report } = this.#options;
    const { hasRuns, mayRun } = await glance(runs.folders);
    this.#keys.set({ hasRuns, resumable: hasRuns });
    if (mayRun) runs.start().catch((error: unknown) => report.show(error));
  }

  dispose(): void {
    this.#bar.dispose();
    this.#listening.dispose();
  }

  #tell(): void {
    const { runs, queue, experiments, notifier } = this.#options;
    const running = runningOf(runs);
    this.#bar.show({ running, queued: queue.waiting });
    this.#keys.set({ running: running.length > 0, busy: running.length > 0 || queue.files.size > 0 });
    if (!runs.isListed) return;
    this.#keys.set({
      hasRuns: runs.runs.length > 0,
      resumable: runs.runs.some((run) => run.kind === 'run' && isResumable(run.summary)),
    });
    for (const run of this.#watch.ended(runs.runs)) {
      notifier.runEnded(run, { inExperiment: experiments.takeTrained(run.folder.path) });
    }
  }
}
