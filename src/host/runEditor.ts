import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import type { PanelFactory } from './panelFactory.js';

export const runViewType = 'distillery.run';

/** For a `run.json` outside `.distillery/runs`, by choice. */
export const runFileViewType = 'distillery.runFile';

/** Opens `run.json` as the panel of its run. Its text is one *Reopen With…* away. */
export class RunEditor implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly panels: PanelFactory) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    await this.panels.fill(panel, { runs: [dirname(uri.fsPath)] });
  }
}
