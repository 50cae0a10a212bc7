import * as vscode from 'vscode';
import { ContextKeys } from './contextKeys.js';
import { ContinueOffers } from './training/continueOffers.js';
import { declaredCommands } from './declaredCommands.js';
import { executor } from './commands.js';
import type { CommandArguments } from './runs/commandTarget.js';
import { ComparePanels } from './runEditor/comparePanel.js';
import { experimentCommands } from './experimentFile/experimentCommands.js';
import { ExperimentDiagnostics } from './experimentFile/experimentDiagnostics.js';
import { ExperimentFiles } from './experimentFile/experimentFiles.js';
import { ExperimentLens } from './experimentFile/experimentLens.js';
import { ExperimentQueue } from './training/experimentQueue.js';
import { ExperimentRuns } from './tree/experimentRuns.js';
import { ExperimentTexts } from './experimentFile/experimentTexts.js';
import { ExperimentsView } from './tree/experimentsView.js';
import { installTensorflow } from './engines/installTensorflow.js';
import { isResumable } from './tree/listedRun.js';
import { glance } from './tree/livingRuns.js';
import { localChecker, localExporter, localLauncher } from './training/localLauncher.js';
import { Failures } from './fixing/failures.js';
import { fixCommands } from './fixing/fixCommands.js';
import { Fixer } from './fixing/fixer.js';
import { memoryOf } from './memory.js';
import { readAsked } from './training/runExperiment.js';
import { Notifier } from './training/notifier.js';
import { PanelFactory } from './runEditor/panelFactory.js';
import { PlanHover } from './experimentFile/planHover.js';
import { Report } from './report.js';
import { openLog } from './shown/log.js';
import { runCommands } from './runs/runCommands.js';
import { RunEditor } from './runEditor/runEditor.js';
import { RunPanels } from './runEditor/runPanels.js';
import { RunWatch } from './tree/runWatch.js';
import { runsFolderFor, workspaceRunsFolders } from './tree/runsFolders.js';
import { StatusBar } from './training/statusBar.js';
import { runningOf, Trainers } from './training/trainers.js';
import { trainStudents } from './training/trainStudents.js';
import { copyDiagnostics } from './engines/copyDiagnostics.js';
import { engineSetting, showEngines } from './engines/engines.js';
import { versionsOf } from './versions.js';
import { viewCommands } from './tree/viewCommands.js';
import { checkExperiment } from '../launch/checkExperiment.js';
import type { Checker } from '../launch/checkRuns.js';
import type { TrainingAsked } from '../serve/panelServer.js';
import { RunsIndex } from '../serve/runsIndex.js';

/** What the editor asks for by name, and may ask for before the rest is there. */
export interface Host {
  /** @param name of a command, as package.json declares it */
  execute(name: string, args: CommandArguments): Promise<void>;
  readonly editor: RunEditor;
  readonly comparisons: ComparePanels;
}

/** Builds the extension. Nothing is read but names until a view is opened, a command is called, or something runs. */
export function build(context: vscode.ExtensionContext): Host {
  const { extensionUri, globalStorageUri, workspaceState } = context;
  const log = openLog();
  const report = new Report(log);
  const keys = new ContextKeys();
  const files = new ExperimentFiles();
  const runs = new RunsIndex({ folders: workspaceRunsFolders(), experiments: () => files.paths });
  const train = (asked: TrainingAsked): Promise<void> => trainStudents(asked, experiments);
  const factory = new PanelFactory({ extensionUri, report, train, runs, log });
  const comparisons = new ComparePanels(factory);
  const panels = new RunPanels(comparisons, factory);
  const onError = (error: unknown): void => report.show(error);
  const fixer = new Fixer({
    runs,
    runAgain: async (file, only) => {
      const asked = await readAsked(file, { only });
      if (asked !== null) await experiments.run(asked);
    },
  });
  const notifier = new Notifier({ panels, fix: (failure) => fixer.fix(failure), onError, log });
  const failures = new Failures({ onChange: () => view.changed() });
  const launcher = (): ReturnType<typeof localLauncher> => localLauncher({ extensionUri, globalStorageUri });
  const statusBar = new StatusBar();
  const watch = new RunWatch();

  const checker = (): Checker => localChecker({ extensionUri, globalStorageUri });

  const queue = new ExperimentQueue({
    launcher,
    check: (asked, options) => checkExperiment(asked, { ...checker(), ...options }),
    engine: engineSetting,
    versions: versionsOf(context.extension.packageJSON),
    memory: memoryOf(workspaceState, 'distillery.asked'),
    onEvent: (event, asked) => experiments.heard(event, asked),
    onChange: () => {
      view.changed();
      lens.changed();
      tell();
    },
  });
  const offers = new ContinueOffers({ runs });
  const experiments = new ExperimentRuns({ queue, runs, panels, offers, failures, notifier, report, log });
  const trainers = new Trainers({ launcher, engine: engineSetting, runs, queue, log });
  const view = new ExperimentsView({
    runs,
    files,
    busy: () => queue.files,
    failures: () => failures.experiments,
    memory: workspaceState,
  });

  const texts = new ExperimentTexts({
    mayRead: () => vscode.workspace.isTrusted,
    check: (open, options) => {
      // A process that reads what somebody else's experiment names is started only where that is trusted.
      if (!vscode.workspace.isTrusted) return null;
      const engine = engineSetting() ?? open.experiment.engine;
      const asked = { ...open, runsDir: runsFolderFor(open.file), engine, whole: false };
      return checkExperiment(asked, { ...checker(), ...options });
    },
  });
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
    // An experiment that came may be the one that runs are of whose own is gone.
    files.onChange(() => {
      if (runs.isListed) runs.refresh().catch(onError);
    }),
    ...[texts, lens, new ExperimentDiagnostics({ texts }), new PlanHover({ texts, runs })],
    vscode.workspace.onDidChangeWorkspaceFolders(moved),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('distillery.runsFolder')) moved();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      view.changed();
      experiments.continueLeft();
    }),
  );

  const commands = {
    ...runCommands({
      runs,
      files,
      trainers,
      panels,
      exporter: () => localExporter(extensionUri),
      selected: () => view.selectedRuns,
    }),
    ...experimentCommands({ files, experiments, trainers, places: { extensionUri, globalStorageUri } }),
    ...fixCommands({ fixer, failures, runs }),
    ...viewCommands({ view, runs, files, log }),
    continueLeft: ([offer]: CommandArguments) => offers.answer(offer, 'continue'),
    forgetLeft: ([offer]: CommandArguments) => offers.answer(offer, 'not-now'),
    showEngines: () => showEngines({ extensionUri, globalStorageUri, log }),
    copyDiagnostics: () => copyDiagnostics({ extensionUri, globalStorageUri }, { runsDir: runs.folders[0] }),
    installTensorflow: (args: CommandArguments) => installTensorflow({ extensionUri, globalStorageUri, log }, args),
  };
  void glance(runs.folders).then(({ hasRuns, mayRun }) => {
    keys.set({ hasRuns, resumable: hasRuns });
    if (mayRun) runs.start().catch((error: unknown) => report.show(error));
  });
  if (vscode.workspace.isTrusted) experiments.continueLeft();
  return {
    execute: executor(commands, { report, declared: declaredCommands(context.extension.packageJSON) }),
    editor,
    comparisons,
  };
}
