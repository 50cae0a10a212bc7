import * as vscode from 'vscode';
import type { Launcher } from '../launch/launcher.js';
import { LocalProcessLauncher } from '../launch/localProcess.js';

/**
 * Starts trainers on this machine, in the Node of the setting or the editor's own.
 * @param extensionUri where the extension is installed: the trainer lies beside it
 */
export function localLauncher(extensionUri: vscode.Uri): Launcher {
  const trainerScript = vscode.Uri.joinPath(extensionUri, 'dist', 'trainer.js').fsPath;
  return new LocalProcessLauncher({ trainerScript, ...chosenNode() });
}

/** What exports networks: the exporter beside the trainer, in the same Node. */
export function localExporter(extensionUri: vscode.Uri): { exporterScript: string; node?: string } {
  return { exporterScript: vscode.Uri.joinPath(extensionUri, 'dist', 'exporter.js').fsPath, ...chosenNode() };
}

function chosenNode(): { node?: string } {
  const node = vscode.workspace.getConfiguration('distillery').get<string>('node', '').trim();
  return node === '' ? {} : { node };
}
