import * as vscode from 'vscode';
import { formatProblem } from '../../core/problem.js';
import { outcomeWords, runTitle, type WholeRun } from '../tree/listedRun.js';
import type { RunPanels } from '../runEditor/runPanels.js';

/** What a person wants to be told of, most to least. */
type Wish = 'all' | 'experiments' | 'failures' | 'none';

/** Tells when something ended. */
export class Notifier {
  constructor(private readonly options: { readonly panels: RunPanels; readonly log: vscode.LogOutputChannel }) {}

  /** A run has ended. @param inExperiment whether an experiment is run that it is part of, and will be told of */
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
          const told = summary.isAtChance
            ? vscode.window.showWarningMessage(text, 'Open')
            : vscode.window.showInformationMessage(text, 'Open');
          void this.#offer(told, folder.path);
        }
        return;
      case 'failed':
      case 'interrupted': {
        const { problem } = summary;
        log.error(`${folder.id} is ${summary.state}. ${problem === null ? '' : formatProblem(problem)}`);
        if (wish === 'none') return;
        const why = problem === null ? 'Its trainer is gone without a last word.' : problem.message;
        const mend = problem?.mend ?? 'Resume it: it goes on from its last checkpoint.';
        const message = `${title} ${summary.state === 'failed' ? 'failed' : 'was interrupted'}: ${why} ${mend}`;
        void this.#offer(vscode.window.showErrorMessage(message, 'Open'), folder.path);
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

  /** An experiment has ended. @param open the run to look at */
  experimentEnded({
    text,
    whole,
    doubtful,
    open,
  }: {
    text: string;
    whole: boolean;
    doubtful: boolean;
    open: string | null;
  }): void {
    this.options.log.info(text);
    const wish = wished();
    if (wish === 'none' || (wish === 'failures' && whole && !doubtful)) return;
    const buttons = open === null ? [] : ['Open'];
    const told =
      whole && !doubtful
        ? vscode.window.showInformationMessage(text, ...buttons)
        : vscode.window.showWarningMessage(text, ...buttons);
    if (open !== null) void this.#offer(told, open);
  }

  async #offer(told: Thenable<string | undefined>, path: string): Promise<void> {
    if ((await told) === 'Open') await this.options.panels.open(path);
  }
}

function wished(): Wish {
  return vscode.workspace.getConfiguration('distillery').get<Wish>('notifications', 'experiments');
}
