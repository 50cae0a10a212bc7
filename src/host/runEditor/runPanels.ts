import * as vscode from 'vscode';
import { ProblemError } from '../../core/problem.js';
import { runFolder } from '../../run/folder.js';
import { mostShown } from '../../serve/panelProblems.js';
import type { ComparePanels } from './comparePanel.js';
import type { PanelFactory } from './panelFactory.js';
import { viewTypes } from '../viewTypes.js';

/** Opens runs in the panel: one as the editor of its `run.json`, several in a panel of their own. */
export class RunPanels {
  constructor(
    private readonly comparisons: ComparePanels,
    private readonly factory: PanelFactory,
  ) {}

  async open(path: string, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
    await vscode.commands.executeCommand(
      'vscode.openWith',
      vscode.Uri.file(runFolder(path).record),
      viewTypes.run,
      options,
    );
  }

  /** Shows a run in the panels that show another one. A panel that was closed stays closed. */
  add(path: string, { beside }: { readonly beside: string }): void {
    this.factory.add(path, { beside });
  }

  /** @throws ProblemError `too-few-runs`, `too-many-runs` */
  async compare(paths: readonly string[]): Promise<void> {
    if (paths.length < 2 || paths.length > mostShown) {
      throw new ProblemError({
        code: paths.length < 2 ? 'too-few-runs' : 'too-many-runs',
        message: `Between 2 and ${mostShown} runs can be compared; ${paths.length} were chosen.`,
        fix: 'Choose with the check boxes, or select several rows of the tree.',
      });
    }
    await this.comparisons.open(paths);
  }
}
