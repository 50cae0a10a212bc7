import * as vscode from 'vscode';
import { isEngineChoice, type EngineChoice } from '../../core/spec/parts/engine.js';
import type { EngineReport } from '../../machine/engineReport.js';
import { enginesHere } from './enginesHere.js';
import type { Log } from '../shown/log.js';
import { pickOne } from '../shown/pick.js';
import { withProgress } from '../shown/progress.js';
import type { Installation } from '../installation.js';
import { requireTrust } from '../trust.js';

/** What the setting says is to compute; null for `auto`, which leaves it to the experiments. */
export function engineSetting(): EngineChoice | null {
  const text = vscode.workspace.getConfiguration('distillery').get<string>('engine', 'auto');
  return isEngineChoice(text) && text !== 'auto' ? text : null;
}

/** Lists what this machine can train with. Choosing one makes it the setting. */
export async function showEngines({ installation, log }: { installation: Installation; log: Log }): Promise<void> {
  requireTrust();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const environment = await installation.environment(folder === undefined ? [] : [folder]);
  const measuring = { where: 'notification', title: 'Trying the engines of this machine' } as const;
  const reports = await withProgress(measuring, () =>
    enginesHere({
      script: installation.program('cli'),
      node: installation.node,
      environment,
      folder,
    }),
  );
  for (const report of reports) log.info(`${report.engine}: ${described(report)}`);
  const current = engineSetting() ?? 'auto';
  const items = [
    {
      label: 'auto',
      description: 'What the experiment says; without that the fastest, measured at the run’s own step.',
    },
    ...reports.map((report) => ({ label: report.engine, description: described(report) })),
  ].map((item) => (item.label === current ? { ...item, detail: 'The present setting' } : item));
  const chosen = await pickOne(items, {
    title: 'Engines of This Machine',
    placeHolder: 'Choose what computes, in place of what experiments say',
    matchOnDescription: true,
  });
  if (chosen === null || chosen.label === current) return;
  const settings = vscode.workspace.getConfiguration('distillery');
  await settings.update('engine', chosen.label, vscode.ConfigurationTarget.Global);
}

function described(report: EngineReport): string {
  if (!report.found) return `not here: ${report.problem.message}`;
  const time = report.milliseconds === null ? 'not measured' : `${report.milliseconds.toFixed(2)} ms a step`;
  return `${time}, ${report.device} (${report.version})${report.software ? ', never chosen' : ''}`;
}
