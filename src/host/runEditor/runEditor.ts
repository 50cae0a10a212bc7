import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import type { PanelFactory } from './panelFactory.js';

/** Shows `run.json` as the panel of its run. Its text is one *Reopen With…* away. */
export class RunEditor {
  constructor(private readonly panels: PanelFactory) {}

  async show(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    await this.panels.fill(panel, { runs: [dirname(uri.fsPath)] });
  }
}
