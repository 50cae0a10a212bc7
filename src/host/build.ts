import * as vscode from 'vscode';
import { executor } from './commands.js';
import { declaredCommands } from './declaredCommands.js';
import { copyDiagnostics } from './engines/copyDiagnostics.js';
import { showEngines } from './engines/engines.js';
import { installTensorflow } from './engines/installTensorflow.js';
import { experimentCommands } from './experimentFile/experimentCommands.js';
import { buildLanguage } from './experimentFile/language.js';
import { fixCommands } from './fixing/fixCommands.js';
import { Fixer } from './fixing/fixer.js';
import { buildFolders } from './workspace/folders.js';
import { Installation } from './installation.js';
import { Notifier } from './notifier.js';
import { Report } from './report.js';
import type { ComparePanels } from './runEditor/comparePanel.js';
import { buildPanels } from './runEditor/panels.js';
import type { RunEditor } from './runEditor/runEditor.js';
import type { CommandArguments } from './tree/commandTarget.js';
import { runCommands } from './runs/runCommands.js';
import { RunStatus } from './runStatus.js';
import { openLog } from './shown/log.js';
import { buildTraining } from './training/training.js';
import { ExperimentsView } from './tree/experimentsView.js';
import { viewCommands } from './runs/viewCommands.js';

/** What the editor asks for by name, and may ask for before the rest is there. */
export interface Host {
  /** @param name of a command, as package.json declares it */
  execute(name: string, args: CommandArguments): Promise<void>;
  readonly editor: RunEditor;
  readonly comparisons: ComparePanels;
}

/**
 * Builds the extension, each part from those before it: the lists of the workspace, what trains, what shows it, what tells
 * of it. Nothing is read but names until a view is opened, a command is called, or something runs.
 */
export function build(context: vscode.ExtensionContext): Host {
  const log = openLog();
  const report = new Report(log);
  const installation = new Installation(context);
  const folders = buildFolders(report);
  const { files, runs } = folders;

  const { queue, experiments, trainers, failures, offers } = buildTraining(context, {
    installation,
    runs,
    report,
    log,
  });

  const panels = buildPanels({ installation, runs, experiments, report, log });
  const view = new ExperimentsView({
    runs,
    files,
    busy: () => queue.files,
    failures: () => failures.experiments,
    memory: context.workspaceState,
  });
  const redraw = (): void => view.changed();
  queue.on('change', redraw);
  failures.on('change', redraw);
  const language = buildLanguage({ installation, runs, queue, report });

  const fixer = new Fixer({ runs, experiments });
  const notifier = new Notifier({ panels: panels.runs, fixer, report, log });
  experiments.on('refused', (text, failure) => notifier.failed(text, failure));
  experiments.on('ended', (experiment) => notifier.experimentEnded(experiment));
  const status = new RunStatus({ runs, queue, experiments, notifier, report });

  context.subscriptions.push(
    ...[log, folders, view, status, ...language],
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      view.changed();
      experiments.continueLeft();
    }),
  );
  const commands = {
    ...runCommands({ runs, files, trainers, panels: panels.runs, installation, selected: () => view.selectedRuns }),
    ...experimentCommands({ files, experiments, trainers, places: installation }),
    ...fixCommands({ fixer, failures, runs }),
    ...viewCommands({ view, runs, files, log }),
    continueLeft: ([offer]: CommandArguments) => offers.answer(offer, 'continue'),
    forgetLeft: ([offer]: CommandArguments) => offers.answer(offer, 'not-now'),
    showEngines: () => showEngines({ installation, log }),
    copyDiagnostics: () => copyDiagnostics(installation, { runsDir: runs.folders[0] }),
    installTensorflow: (args: CommandArguments) => installTensorflow({ installation, log }, args),
  };
  void status.begin();
  if (vscode.workspace.isTrusted) experiments.continueLeft();
  return {
    execute: executor(commands, { report, declared: declaredCommands(context.extension.packageJSON) }),
    editor: panels.editor,
    comparisons: panels.comparisons,
  };
}
