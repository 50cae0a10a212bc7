import { join } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../core/words.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { writeWeights } from '../run/weights.js';
import { metricsCsv, metricsJson } from './exportTable.js';
import type { WholeRun } from './listedRun.js';

type Format = 'csv' | 'json' | 'weights';

const formats: readonly (vscode.QuickPickItem & { readonly format: Format })[] = [
  { format: 'csv', label: '$(table) Test metrics as CSV', description: 'a run a line' },
  { format: 'json', label: '$(json) Test metrics as JSON', description: 'an array, a run an object' },
  {
    format: 'weights',
    label: '$(package) Weights as safetensors',
    description: 'names and layout of a PyTorch state dict',
  },
];

/** Asks what of some runs is wanted and where to, and writes it. @throws ProblemError when it could not be written */
export async function exportRuns(runs: readonly WholeRun[]): Promise<void> {
  const picked = await vscode.window.showQuickPick(formats, { title: `Export ${counted(runs.length, 'run')}` });
  if (picked === undefined) return;
  const written = picked.format === 'weights' ? await exportWeights(runs) : await exportMetrics(runs, picked.format);
  if (written === null) return;
  const answer = await vscode.window.showInformationMessage(`Exported ${counted(runs.length, 'run')}.`, 'Show');
  if (answer === 'Show') await vscode.commands.executeCommand('revealFileInOS', written);
}

async function exportMetrics(runs: readonly WholeRun[], format: 'csv' | 'json'): Promise<vscode.Uri | null> {
  const target = await askFile({ name: `runs.${format}`, filter: { [format.toUpperCase()]: [format] } });
  if (target === null) return null;
  await writeFileAtomic(target.fsPath, format === 'csv' ? metricsCsv(runs) : metricsJson(runs));
  return target;
}

async function exportWeights(runs: readonly WholeRun[]): Promise<vscode.Uri | null> {
  const [first, ...more] = runs;
  if (first === undefined) return null;
  if (more.length === 0) {
    const target = await askFile({ name: `${first.folder.id}.safetensors`, filter: { safetensors: ['safetensors'] } });
    if (target !== null) await writeWeights(first.folder, target.fsPath);
    return target;
  }
  const [folder] =
    (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Export Here' })) ??
    [];
  if (folder === undefined) return null;
  const progress = { location: vscode.ProgressLocation.Notification, title: 'Exporting weights', cancellable: true };
  return vscode.window.withProgress(progress, async (told, cancelled) => {
    for (const run of runs) {
      if (cancelled.isCancellationRequested) return null;
      told.report({ message: run.folder.id, increment: 100 / runs.length });
      await writeWeights(run.folder, join(folder.fsPath, `${run.folder.id}.safetensors`));
    }
    return folder;
  });
}

async function askFile({
  name,
  filter,
}: {
  name: string;
  filter: Record<string, string[]>;
}): Promise<vscode.Uri | null> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: filter,
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  return target ?? null;
}
