import * as vscode from 'vscode';
import { ContextKeys } from './host/contextKeys.js';
import { registerCommands } from './host/commands.js';
import { ComparePanels, compareViewType } from './host/comparePanel.js';
import { experimentCommands } from './host/experimentCommands.js';
import { ExperimentDiagnostics } from './host/experimentDiagnostics.js';
import { ExperimentFiles } from './host/experimentFiles.js';
import { ExperimentLens } from './host/experimentLens.js';
import { ExperimentQueue } from './host/experimentQueue.js';
import { ExperimentRuns } from './host/experimentRuns.js';
import { ExperimentTexts } from './host/experimentTexts.js';
import { ExperimentsView } from './host/experimentsView.js';
import { isResumable } from './host/listedRun.js';
import { glance } from './host/livingRuns.js';
import { localLauncher } from './host/localLauncher.js';
import { memoryOf } from './host/memory.js';
import { Notifier } from './host/notifier.js';
import { PanelFactory } from './host/panelFactory.js';
import { PlanHover } from './host/planHover.js';
import { Report } from './host/report.js';
import { runCommands } from './host/runCommands.js';
import { RunEditor, runFileViewType, runViewType } from './host/runEditor.js';
import { RunPanels } from './host/runPanels.js';
import { RunWatch } from './host/runWatch.js';
import { workspaceRunsFolders } from './host/runsFolders.js';
import { StatusBar } from './host/statusBar.js';
import { runningOf, Trainers } from './host/trainers.js';
import { versionsOf } from './host/versions.js';
import { viewCommands } from './host/viewCommands.js';
import { RunsIndex } from './serve/runsIndex.js';

/** Builds the extension. Nothing is read but names until a view is opened, a command is called, or something runs. */
export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, globalStorageUri, workspaceState } = context;
  const log = vscode.window.createOutputChannel('Distillery', { log: true });
  const report = new Report(log);
  const keys = new ContextKeys();
  const runs = new RunsIndex({ folders: workspaceRunsFolders() });
  const files = new ExperimentFiles();
  const factory = new PanelFactory({ extensionUri, report, log });
  const comparisons = new ComparePanels(factory);
  const panels = new RunPanels(comparisons);
  const notifier = new Notifier({ panels, log });
  const launcher = (): ReturnType<typeof localLauncher> => localLauncher(extensionUri);
  const statusBar = new StatusBar();
  const watch = new RunWatch();

  const queue = new ExperimentQueue({
    launcher,
    versions: versionsOf(context.extension.packageJSON),
    memory: memoryOf(workspaceState, 'distillery.asked'),
    onEvent: (event, asked) => experiments.heard(event, asked),
    onChange: () => {
      view.changed();
      lens.changed();
      tell();
    },
  });
  const experiments = new ExperimentRuns({ queue, runs, panels, notifier, report, log });
  const trainers = new Trainers({ launcher, runs, queue, log });
  const view = new ExperimentsView({ runs, files, busy: () => queue.files, memory: workspaceState });

  const texts = new ExperimentTexts();
  const onError = (error: unknown): void => report.show(error);
  const lens = new ExperimentLens({ texts, runs, busy: () => queue.files, onError });

  /** Tells the status bar, the menus and the person what has changed. */
  const tell = (): void => {
    const running = runningOf(runs);
    statusBar.show({ running, queued: queue.waiting });
    keys.set({ running: running.length > 0, busy: running.length > 0 || queue.files.size > 0 });
    if (!runs.isListed) return;
    keys.set({
      hasRuns: runs.runs.length > 0,
      resumable: runs.runs.some((run) => run.kind === 'run' && isResumable(run.summary)),
    });
    for (const run of watch.ended(runs.runs)) {
      notifier.runEnded(run, { inExperiment: experiments.takeTrained(run.folder.path) });
    }
  };
  const moved = (): void => void runs.setFolders(workspaceRunsFolders()).catch((error: unknown) => report.show(error));

  const editor = new RunEditor(factory);
  context.subscriptions.push(
    ...[log, files, runs, view, statusBar, runs.onChange(tell)],
    ...[lens, new ExperimentDiagnostics({ texts }), new PlanHover({ texts })],
    vscode.window.registerCustomEditorProvider(runViewType, editor),
    vscode.window.registerCustomEditorProvider(runFileViewType, editor),
    vscode.window.registerWebviewPanelSerializer(compareViewType, comparisons),
    vscode.workspace.onDidChangeWorkspaceFolders(moved),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('distillery.runsFolder')) moved();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      view.changed();
      experiments.continueLeft();
    }),
    registerCommands(
      {
        ...runCommands({ runs, trainers, panels, selected: () => view.selectedRuns }),
        ...experimentCommands({ files, experiments, trainers, places: { extensionUri, globalStorageUri } }),
        ...viewCommands({ view, runs, files, log }),
      },
      { report },
    ),
  );

  void glance(runs.folders).then(({ hasRuns, mayRun }) => {
    keys.set({ hasRuns, resumable: hasRuns });
    if (mayRun) runs.start().catch((error: unknown) => report.show(error));
  });
  if (vscode.workspace.isTrusted) experiments.continueLeft();
}
