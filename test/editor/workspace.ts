import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readRuns, type Run } from '../../src/run/run.js';
import { until } from './until.js';

/** The folder that the tests' window is opened on: a copy of the examples. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('The tests want a window with a folder.');
  return folder.uri.fsPath;
}

/** Both folders of the workspace file; a window that opens one knows them only after a moment. */
export function twoFolders(): Promise<[string, string]> {
  return until('both folders are there', () => {
    const [first, second] = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return first !== undefined && second !== undefined && [first, second];
  });
}

export interface Tiny {
  /** Of the teacher: 2 are a matter of seconds, 10,000 end when they are stopped. */
  readonly epochs?: number;
  /** Where the file lies; by default in the workspace. */
  readonly folder?: string;
}

/**
 * Writes an experiment of a tiny teacher, baseline and student, unlike that of any other name: equal runs would be done
 * once only.
 * @returns the path of the file
 */
export async function writeTiny(name: string, { epochs = 2, folder = workspaceFolder() }: Tiny = {}): Promise<string> {
  const file = join(folder, `${name}.distill.json`);
  const seed = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 0);
  const experiment = {
    name,
    data: { dataset: 'mnist', limit: { train: 256, test: 100 } },
    teacher: { model: { kind: 'mlp', hidden: [16 + (seed % 100)] }, train: { epochs } },
    student: { model: { kind: 'mlp', hidden: [8] }, train: { epochs: 2 } },
    distill: { temperature: 4, alpha: 0.9 },
    baseline: true,
    seeds: [seed],
  };
  await writeFile(file, JSON.stringify(experiment, null, 2));
  return file;
}

/** The runs of an experiment, oldest first, as they lie on the disk. @param folder of runs; by default the workspace's */
export async function runsOf(experiment: string, folder = join(workspaceFolder(), '.distillery/runs')): Promise<Run[]> {
  const runs = await readRuns(folder);
  return runs.filter((run) => run.kind === 'run').filter(({ record }) => record.experiment.name === experiment);
}
