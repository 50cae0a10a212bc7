import * as vscode from 'vscode';
import { checkExperiment } from '../../launch/checkExperiment.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { engineSetting } from '../engines/engines.js';
import type { Installation } from '../installation.js';
import type { Report } from '../report.js';
import type { ExperimentQueue } from '../training/experimentQueue.js';
import { runsFolderFor } from '../workspace/runsFolders.js';
import { ExperimentDiagnostics } from './experimentDiagnostics.js';
import { ExperimentLens } from './experimentLens.js';
import { ExperimentTexts, type CheckOpen } from './experimentTexts.js';
import { PlanHover } from './planHover.js';

/** Builds what an editor shows in an experiment's text: diagnostics, lenses, the plan. The caller disposes of it. */
export function buildLanguage({
  installation,
  runs,
  queue,
  report,
}: {
  readonly installation: Installation;
  readonly runs: RunsIndex;
  readonly queue: ExperimentQueue;
  readonly report: Report;
}): readonly { dispose(): void }[] {
  const check: CheckOpen = (open, options) => {
    // A process that reads what somebody else's experiment names is started only where that is trusted.
    if (!vscode.workspace.isTrusted) return null;
    const engine = engineSetting() ?? open.experiment.engine;
    const asked = { ...open, runsDir: runsFolderFor(open.file), engine, whole: false };
    return checkExperiment(asked, { ...installation.checker(), ...options });
  };
  const texts = new ExperimentTexts({ mayRead: () => vscode.workspace.isTrusted, check });
  const onError = (error: unknown): void => report.show(error);
  const lens = new ExperimentLens({ texts, runs, busy: () => queue.files, onError });
  queue.on('change', () => lens.changed());
  return [texts, lens, new ExperimentDiagnostics({ texts }), new PlanHover({ texts, runs })];
}
