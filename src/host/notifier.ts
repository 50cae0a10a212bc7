import * as vscode from 'vscode';
import { formatProblem } from '../core/problem.js';
import { buttonOf, failureOfRun, reasonOf, type Failure } from './training/failure.js';
import { outcomeWords, runTitle, type WholeRun } from './workspace/listedRun.js';
import type { EndedExperiment } from './experimentWords.js';
import type { Fixer } from './fixing/fixer.js';
import type { Report } from './report.js';
import type { RunPanels } from './runEditor/runPanels.js';
import type { Log } from './shown/log.js';
import { showError, showInfo, showWarning } from './shown/messages.js';

/** What a person wants to be told of, most to least. */
type Wish = 'all' | 'experiments' | 'failures' | 'none';

export interface NotifierOptions {
  readonly panels: RunPanels;
  /** Does what the button beside a reason says. */
  readonly fixer: Fixer;
  readonly report: Report;
  readonly log: Log;
}

/** Tells when something ended, and why where it did not end well, with what can be done about it. */
export class Notifier {
  constructor(private readonly options: NotifierOptions) {}

  /**
   * A run has ended.
   * @param inExperiment whether an experiment is run that it is part of: its end is told then, and why it failed with it
   */
  runEnded(run: WholeRun, { inExperiment }: { inExperiment: boolean }): void {
    const { record, summary, folder } = run;
    const title = runTitle(record.spec);
    const { log } = this.options;
    const wish = wished();
    switch (summary.state) {
      case 'finished':
        log.info(`${folder.id} is finished: ${outcomeWords(summary)}.`);
        if (wish === 'all' || (wish === 'experiments' && !inExperiment)) {
          const text = `${title}: ${outcomeWords(summary)}.`;
          const told = summary.isAtChance ? showWarning(text, openRun) : showInfo(text, openRun);
          this.#offerRun(told, folder.path);
        }
        return;
      case 'failed':
      case 'interrupted': {
        const { problem } = summary;
        log.error(`${folder.id} is ${summary.state}. ${problem === null ? '' : formatProblem(problem)}`);
        if (wish === 'none' || inExperiment) return;
        const failure = failureOfRun(run);
        const why =
          failure === null
            ? 'The training process ended unexpectedly. Resume the run: it continues from its last checkpoint.'
            : reasonOf(failure);
        const message = `${title} ${summary.state === 'failed' ? 'failed' : 'was interrupted'}: ${why}`;
        if (failure === null) this.#offerRun(showError(message, openRun), folder.path);
        else this.failed(message, failure);
        return;
      }
      case 'stopped':
        log.info(`${folder.id} is stopped.`);
        return;
      case 'waiting':
      case 'running':
        return;
    }
  }

  experimentEnded({ text, whole, doubtful, open, failure }: EndedExperiment): void {
    this.options.log.info(text);
    const wish = wished();
    if (wish === 'none' || (wish === 'failures' && whole && !doubtful)) return;
    if (failure !== null) {
      this.failed(text, open === null ? failure : { ...failure, run: failure.run ?? open });
      return;
    }
    const buttons = open === null ? [] : [openRun];
    const told = whole && !doubtful ? showInfo(text, ...buttons) : showWarning(text, ...buttons);
    if (open !== null) this.#offerRun(told, open);
  }

  /** Tells why something did not run, with a button that does something about it. */
  failed(text: string, failure: Failure): void {
    const { panels, fixer, report } = this.options;
    const { run } = failure;
    const button = buttonOf(failure);
    const buttons = [...(button === null ? [] : [button]), ...(run === null ? [] : [openRun])];
    const answered = async (): Promise<void> => {
      const answer = await showError(text, ...buttons);
      if (answer === undefined) return;
      if (answer === button) await fixer.fix(failure);
      else if (run !== null) await panels.open(run);
    };
    answered().catch((error: unknown) => report.show(error));
  }

  #offerRun(told: Thenable<string | undefined>, path: string): void {
    const { panels, report } = this.options;
    const answered = async (): Promise<void> => {
      if ((await told) === openRun) await panels.open(path);
    };
    answered().catch((error: unknown) => report.show(error));
  }
}

const openRun = 'Open Run';

function wished(): Wish {
  return vscode.workspace.getConfiguration('distillery').get<Wish>('notifications', 'experiments');
}
