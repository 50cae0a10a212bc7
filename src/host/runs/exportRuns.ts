import { join } from 'node:path';
import * as vscode from 'vscode';
import { assertNever } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import { writeNamedFile } from '../../node/files/atomicFile.js';
import { exportEvents } from '../../run/tensorboard/exportEvents.js';
import { exportRun, type ExportFormat } from '../../launch/exportRun.js';
import { showInfo } from '../shown/messages.js';
import { pickOne, type PickItem } from '../shown/pick.js';
import { withProgress } from '../shown/progress.js';
import { metricsCsv, metricsJson } from './exportTable.js';
import type { WholeRun } from '../workspace/listedRun.js';

type Format = 'csv' | 'json' | 'tensorboard' | ExportFormat;

const formats: readonly (PickItem & { readonly format: Format })[] = [
  { format: 'csv', icon: 'table', label: 'Test metrics as CSV', description: 'one row per run' },
  { format: 'json', icon: 'json', label: 'Test metrics as JSON', description: 'an array with one object per run' },
  {
    format: 'tensorboard',
    icon: 'graph-line',
    label: 'Curves for TensorBoard',
    description: 'one log folder per run',
  },
  {
    format: 'safetensors',
    icon: 'package',
    label: 'Weights as safetensors',
    description: 'names and layout of a PyTorch state dict',
  },
  {
    format: 'onnx',
    icon: 'circuit-board',
    label: 'Network as ONNX',
    description: 'for inference, with its weights and its preprocessing',
  },
];

/** Asks what of some runs is wanted and where to, and writes it. @throws ProblemError when it could not be written */
export async function exportRuns(
  runs: readonly WholeRun[],
  exporter: { exporterScript: string; node?: string },
): Promise<void> {
  const picked = await pickOne(formats, { title: `Export ${counted(runs.length, 'run')}` });
  if (picked === null) return;
  const { format } = picked;
  const written = await writtenAs(format, runs, exporter);
  if (written === null) return;
  const answer = await showInfo(`Exported ${counted(runs.length, 'run')}.`, 'Show');
  if (answer === 'Show') await vscode.commands.executeCommand('revealFileInOS', written);
}

function writtenAs(
  format: Format,
  runs: readonly WholeRun[],
  exporter: { exporterScript: string; node?: string },
): Promise<vscode.Uri | null> {
  switch (format) {
    case 'csv':
    case 'json':
      return exportMetrics(runs, format);
    case 'tensorboard':
      return exportCurves(runs);
    case 'safetensors':
    case 'onnx':
      return exportNetworks(runs, {
        format,
        write: (run, file, signal) => exportRun(run.folder, { ...exporter, file, format, signal }),
      });
    default:
      return assertNever(format);
  }
}

async function exportCurves(runs: readonly WholeRun[]): Promise<vscode.Uri | null> {
  const target = await askFolder();
  if (target === null) return null;
  return oneByOne(runs, async (run) => {
    await exportEvents(run.folder, target.fsPath);
    return target;
  });
}

async function exportMetrics(runs: readonly WholeRun[], format: 'csv' | 'json'): Promise<vscode.Uri | null> {
  const target = await askFile({ name: `runs.${format}`, filter: { [format.toUpperCase()]: [format] } });
  if (target === null) return null;
  await writeNamedFile(target.fsPath, format === 'csv' ? metricsCsv(runs) : metricsJson(runs));
  return target;
}

async function exportNetworks(
  runs: readonly WholeRun[],
  {
    format,
    write,
  }: { format: ExportFormat; write: (run: WholeRun, file: string, signal: AbortSignal) => Promise<void> },
): Promise<vscode.Uri | null> {
  const [first, ...more] = runs;
  if (first === undefined) return null;
  const target =
    more.length === 0
      ? await askFile({ name: `${first.folder.id}.${format}`, filter: { [format]: [format] } })
      : await askFolder();
  if (target === null) return null;
  return oneByOne(runs, async (run, signal) => {
    const file = more.length === 0 ? target.fsPath : join(target.fsPath, `${run.folder.id}.${format}`);
    await write(run, file, signal);
    return target;
  });
}

/** Exports runs under a progress that can be stopped. @returns what the last one gave; null where it was stopped */
function oneByOne(
  runs: readonly WholeRun[],
  exported: (run: WholeRun, signal: AbortSignal) => Promise<vscode.Uri>,
): Thenable<vscode.Uri | null> {
  const progress = { where: 'notification', title: 'Exporting', cancellable: true } as const;
  return withProgress(progress, async (told, cancelled) => {
    const stop = new AbortController();
    cancelled.onCancellationRequested(() => stop.abort());
    let written: vscode.Uri | null = null;
    for (const run of runs) {
      told.report({ message: run.folder.id, increment: 100 / runs.length });
      try {
        written = await exported(run, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return null;
        throw error;
      }
      if (stop.signal.aborted) return null;
    }
    return written;
  });
}

async function askFolder(): Promise<vscode.Uri | null> {
  const choice = { canSelectFolders: true, canSelectFiles: false, openLabel: 'Export Here' };
  return (await vscode.window.showOpenDialog(choice))?.[0] ?? null;
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
