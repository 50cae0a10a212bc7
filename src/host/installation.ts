import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Checker } from '../launch/checkRuns.js';
import type { ComputeEnvironment } from '../launch/computeEnvironment.js';
import type { Launcher } from '../launch/launcher.js';
import { launcherFor } from '../launch/launchers.js';
import { computeEnvironment } from './training/workspaceCode.js';

/** The programs that are shipped beside the extension. */
export type ProgramName = 'trainer' | 'check' | 'exporter' | 'cli' | 'tensorflowCheck';

/**
 * Where the extension is installed and keeps its own, and how it starts its programs: in the Node of the setting or the
 * editor's own, told where TensorFlow lies. Settings are read anew each time.
 */
export class Installation {
  /** Where the extension lies. */
  readonly extensionUri: vscode.Uri;
  /** Where it keeps what is its own on this machine. */
  readonly globalStorageUri: vscode.Uri;

  constructor({ extensionUri, globalStorageUri }: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>) {
    this.extensionUri = extensionUri;
    this.globalStorageUri = globalStorageUri;
  }

  /** The path of a built program. */
  program(name: ProgramName): string {
    return vscode.Uri.joinPath(this.extensionUri, 'dist', `${name}.js`).fsPath;
  }

  /** The Node.js that programs run in. */
  get node(): string {
    const node = setting('node');
    return node === '' ? process.execPath : node;
  }

  /** Where the extension installs TensorFlow. */
  get tensorflow(): string {
    return join(this.globalStorageUri.fsPath, 'tensorflow');
  }

  /** What trainers, and what tries engines, find in their environment: where TensorFlow lies. */
  environment(near: readonly string[]): ReturnType<ComputeEnvironment> {
    return computeEnvironment(near, { installed: this.tensorflow, chosen: setting('tensorflow.path') });
  }

  /** Who starts trainers. @throws ProblemError `unknown-launcher` */
  launcher(): Launcher {
    const { node } = this;
    return launcherFor({ trainerScript: this.program('trainer'), node, environment: (near) => this.environment(near) });
  }

  /** What checks experiments, as a trainer would meet them. */
  checker(): Checker {
    const { node } = this;
    return { checkScript: this.program('check'), node, environment: (near) => this.environment(near) };
  }

  /** What exports networks. */
  exporter(): { readonly exporterScript: string; readonly node: string } {
    return { exporterScript: this.program('exporter'), node: this.node };
  }
}

function setting(name: string): string {
  return vscode.workspace.getConfiguration('distillery').get<string>(name, '').trim();
}
