import * as vscode from 'vscode';
import { RunsIndex } from '../../serve/runsIndex.js';
import { ExperimentFiles } from './experimentFiles.js';
import type { Report } from '../report.js';
import { workspaceRunsFolders } from './runsFolders.js';

/** The experiments and the runs of a workspace. */
export interface Folders {
  readonly files: ExperimentFiles;
  readonly runs: RunsIndex;
  dispose(): void;
}

/** Builds the lists of what lies in the workspace. They follow its folders, and read nothing until they are started. */
export function buildFolders(report: Report): Folders {
  const files = new ExperimentFiles();
  const runs = new RunsIndex({ folders: workspaceRunsFolders(), experiments: () => files.paths });
  const onError = (error: unknown): void => report.show(error);
  const moved = (): void => void runs.setFolders(workspaceRunsFolders()).catch(onError);
  const subscriptions: readonly { dispose(): unknown }[] = [
    files,
    runs,
    // An experiment that came may be the one that runs are of whose own is gone.
    files.onChange(() => {
      if (runs.isListed) runs.refresh().catch(onError);
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(moved),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('distillery.runsFolder')) moved();
    }),
  ];
  const dispose = (): void => {
    for (const subscription of subscriptions) subscription.dispose();
  };
  return { files, runs, dispose };
}
