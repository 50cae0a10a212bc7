import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import * as z from 'zod';
import { isEngineChoice, type EngineChoice } from '../core/engine.js';
import { ProblemError } from '../core/problem.js';
import { engineReportSchema, type EngineReport } from '../machine/engineReport.js';
import { requireTrust } from './trainers.js';

/** What the setting says is to compute; null for `auto`, which leaves it to the experiments. */
export function engineSetting(): EngineChoice | null {
  const text = vscode.workspace.getConfiguration('distillery').get<string>('engine', 'auto');
  return isEngineChoice(text) && text !== 'auto' ? text : null;
}

/** Lists what this machine can train with. Choosing one makes it the setting. */
export async function showEngines({
  extensionUri,
  log,
}: {
  extensionUri: vscode.Uri;
  log: vscode.LogOutputChannel;
}): Promise<void> {
  requireTrust();
  const script = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  const measuring = { location: vscode.ProgressLocation.Notification, title: 'Trying the engines of this machine' };
  const reports = await vscode.window.withProgress(measuring, () => enginesHere(script));
  for (const report of reports) log.info(`${report.engine}: ${described(report)}`);
  const current = engineSetting() ?? 'auto';
  const items = [
    {
      label: 'auto',
      description: 'What the experiment says; without that the fastest, measured at the run’s own step.',
    },
    ...reports.map((report) => ({ label: report.engine, description: described(report) })),
  ].map((item) => (item.label === current ? { ...item, detail: '$(check) The present setting' } : item));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Engines of This Machine',
    placeHolder: 'Choose what computes, in place of what experiments say',
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.label === current) return;
  const settings = vscode.workspace.getConfiguration('distillery');
  await settings.update('engine', chosen.label, vscode.ConfigurationTarget.Global);
}

function described(report: EngineReport): string {
  if (!report.found) return `not here: ${report.problem.message}`;
  const time = report.milliseconds === null ? 'not measured' : `${report.milliseconds.toFixed(2)} ms a step`;
  return `${time}, ${report.device} (${report.version})${report.software ? ', never chosen' : ''}`;
}

/** Asks the command line, in a process of its own: what a driver does wrong must not end the editor's. */
function enginesHere(script: string): Promise<readonly EngineReport[]> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, 'engines', '--json'], { env, windowsHide: true }, (error, stdout) => {
      if (error === null) resolve(z.array(engineReportSchema).parse(JSON.parse(stdout)));
      else
        reject(
          new ProblemError({
            code: 'engines-unknown',
            message: `The engines could not be tried: ${error.message}`,
            mend: 'Run `distillery engines` in a terminal to see more.',
          }),
        );
    });
  });
}
