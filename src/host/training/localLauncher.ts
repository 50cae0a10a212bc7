import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Checker } from '../../launch/checkRuns.js';
import type { ComputeEnvironment } from '../../launch/computeEnvironment.js';
import type { Launcher } from '../../launch/launcher.js';
import { LocalProcessLauncher } from '../../launch/localProcess.js';
import { computeEnvironment } from './workspaceCode.js';

/**
 * Starts trainers on this machine, in the Node of the setting or the editor's own, and tells them where TensorFlow lies.
 * @param extensionUri where the extension is installed: the trainer lies beside it
 */
export function localLauncher({
  extensionUri,
  globalStorageUri,
}: {
  extensionUri: vscode.Uri;
  globalStorageUri: vscode.Uri;
}): Launcher {
  const trainerScript = vscode.Uri.joinPath(extensionUri, 'dist', 'trainer.js').fsPath;
  const node = trainerNode();
  return new LocalProcessLauncher({
    trainerScript,
    environment: localEnvironment(globalStorageUri),
    ...(node === null ? {} : { node }),
  });
}

/** What trainers, and what tries engines, find in their environment: where TensorFlow lies. */
export function localEnvironment(globalStorageUri: vscode.Uri): ComputeEnvironment {
  const places = { installed: tensorflowIn(globalStorageUri), chosen: setting('tensorflow.path') };
  return (near) => computeEnvironment(near, places);
}

/** The Node.js that trainers shall run in; null for the editor's own. */
export function trainerNode(): string | null {
  const node = setting('node');
  return node === '' ? null : node;
}

/** Where the extension installs TensorFlow. */
export function tensorflowIn(globalStorageUri: vscode.Uri): string {
  return join(globalStorageUri.fsPath, 'tensorflow');
}

/** What exports networks: the exporter beside the trainer, in the same Node. */
export function localExporter(extensionUri: vscode.Uri): { exporterScript: string; node?: string } {
  const node = trainerNode();
  const exporterScript = vscode.Uri.joinPath(extensionUri, 'dist', 'exporter.js').fsPath;
  return { exporterScript, ...(node === null ? {} : { node }) };
}

/** What checks experiments: the check beside the trainer, in the same Node, with the same TensorFlow. */
export function localChecker({
  extensionUri,
  globalStorageUri,
}: {
  extensionUri: vscode.Uri;
  globalStorageUri: vscode.Uri;
}): Checker {
  const node = trainerNode();
  const checkScript = vscode.Uri.joinPath(extensionUri, 'dist', 'check.js').fsPath;
  return { checkScript, environment: localEnvironment(globalStorageUri), ...(node === null ? {} : { node }) };
}

function setting(name: string): string {
  return vscode.workspace.getConfiguration('distillery').get<string>(name, '').trim();
}
