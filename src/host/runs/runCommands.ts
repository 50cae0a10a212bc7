import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { ProblemError } from '../../core/problem.js';
import { exists } from '../../node/files/exists.js';
import { chanceTestSet } from '../../run/logits/testSet.js';
import { runFolder } from '../../run/folder.js';
import { readRun } from '../../run/run.js';
import type { CommandTable } from '../commands.js';
import { activeRunPath, runPathsOf, type CommandArguments } from '../tree/commandTarget.js';
import { deleteAsked } from './deleteRuns.js';
import { deletionOf } from './deletion.js';
import { experimentOf } from '../experimentFile/duplicate.js';
import type { ExperimentFiles } from '../workspace/experimentFiles.js';
import { locateExperiment } from '../experimentFile/locateExperiment.js';
import { freeExperimentPath } from '../workspace/experimentPath.js';
import { exportRuns } from './exportRuns.js';
import type { Installation } from '../installation.js';
import { isResumable, type ListedRun, type WholeRun } from '../workspace/listedRun.js';
import type { RunPanels } from '../runEditor/runPanels.js';
import { pickRun, pickRuns } from './runPick.js';
import { showBriefly } from '../shown/messages.js';
import { runningOf, type Trainers } from '../training/trainers.js';
import { requireTrust } from '../trust.js';
import { summaryOf } from '../../serve/runGlance.js';
import type { RunsIndex } from '../../serve/runsIndex.js';

export interface RunCommandsOptions {
  readonly runs: RunsIndex;
  readonly files: ExperimentFiles;
  readonly trainers: Trainers;
  readonly panels: RunPanels;
  readonly installation: Installation;
  /** Paths of the runs that are selected in the tree. */
  readonly selected: () => readonly string[];
}

/** What can be done with runs. Called without a run, a command asks for one. */
export function runCommands({
  runs,
  files,
  trainers,
  panels,
  installation,
  selected,
}: RunCommandsOptions): CommandTable {
  const whole = (): WholeRun[] => runs.runs.filter((run) => run.kind === 'run');
  /** As the list has it; what a command's condition is about may have changed since and is read again. */
  const listed = async (path: string, { where }: Pick<Ask, 'where'> = {}): Promise<ListedRun> =>
    (where === undefined ? runs.find(path) : null) ?? (await readListed(path, runs));

  /** The run that a command is about: what it was called on, the editor at work, or the one that is chosen. */
  const one = async (args: CommandArguments, ask: Ask): Promise<WholeRun | null> => {
    await runs.start();
    const [path = activePathFor(ask)] = runPathsOf(args);
    if (path === null) return pickRun(some(whole().filter(ask.where ?? all), ask), ask);
    const run = await listed(path, ask);
    if (run.kind === 'damaged') throw new ProblemError(run.problem);
    return run;
  };
  const activePathFor = ({ where = all }: Ask): string | null => {
    const path = activeRunPath();
    const run = path === null ? null : runs.find(path);
    return run?.kind === 'run' && where(run) ? path : null;
  };

  /** The runs that a command is about; several where several are selected. */
  const many = async (args: CommandArguments, ask: Ask): Promise<readonly WholeRun[] | null> => {
    await runs.start();
    const paths = runPathsOf(args);
    const where = ask.where ?? all;
    if (paths.length > 0) {
      const found = await Promise.all(paths.map((path) => listed(path, ask)));
      return some(found.filter((run) => run.kind === 'run').filter(where), ask);
    }
    const offered = some(whole().filter(where), ask);
    if (offered.length === 1) return offered;
    const active = activeRunPath();
    return pickRuns(offered, { ...ask, picked: new Set(active === null ? selected() : [active]) });
  };

  return {
    stop: async (args) => {
      const chosen = await many(args, { title: 'Stop Runs', none: 'Nothing is running.', where: isRunning });
      if (chosen !== null) await trainers.stop(chosen);
    },
    stopAll: () => trainers.stopAll(),
    resume: async (args) => {
      const ask = { title: 'Resume Run', none: 'No run is left to go on with.', where: canResume };
      const chosen = await many(args, ask);
      for (const { folder } of chosen ?? []) await trainers.resume(folder.path);
    },
    openRun: async (args) => {
      const [path] = runPathsOf(args);
      if (path !== undefined) return panels.open(path);
      await runs.start();
      const run = await pickRun(some(whole(), { none: noRuns }), { title: 'Open Run' });
      if (run !== null) await panels.open(run.folder.path);
    },
    showRunning: async () => {
      await runs.start();
      const running = some(runningOf(runs), { none: 'Nothing is running.' });
      const [only] = running;
      const run = running.length === 1 && only !== undefined ? only : await pickRun(running, { title: 'Running' });
      if (run !== null) await panels.open(run.folder.path);
    },
    compareRuns: async (args) => {
      const paths = runPathsOf(args);
      const chosen =
        paths.length > 1
          ? paths
          : (await many([], { title: 'Compare Runs', placeHolder: 'Choose 2 to 50', none: noRuns }))?.map(
              ({ folder }) => folder.path,
            );
      if (chosen !== undefined) await panels.compare(chosen);
    },
    export: async (args) => {
      requireTrust();
      const chosen = await many(args, { title: 'Export Runs', none: noRuns });
      if (chosen !== null && chosen.length > 0) await exportRuns(chosen, installation.exporter());
    },
    showTrainerOutput: async (args) => {
      await runs.start();
      const [path = (await one([], { title: 'Show Trainer Output', none: noRuns }))?.folder.path] = runPathsOf(args);
      if (path !== undefined) await showOutput(path);
    },
    deleteRun: async (args) => {
      requireTrust();
      await runs.start();
      const paths = args.length > 0 ? runPathsOf(args) : selected();
      const doomed =
        paths.length > 0
          ? await Promise.all(paths.map((path) => listed(path)))
          : await many([], { title: 'Delete Runs', none: noRuns });
      if (doomed === null || doomed.length === 0) return;
      await deleteAsked(doomed, deletionOf(doomed, { among: runs.runs }));
      await runs.refresh();
    },
    duplicateAsExperiment: async (args) => {
      const run = await one(args, { title: 'Duplicate as Experiment', none: noRuns });
      if (run !== null) await openCopy(run, experimentOf(run, { among: familyRuns(run, whole()) }));
    },
    copySpec: async (args) => {
      const run = await one(args, { title: 'Copy Run Settings', none: noRuns });
      if (run === null) return;
      await vscode.env.clipboard.writeText(`${JSON.stringify(run.record.spec, null, 2)}\n`);
      showBriefly('The run’s settings are on the clipboard.');
    },
    locateExperiment: async (args) => {
      requireTrust();
      const chosen = await many(args, {
        title: 'Locate Experiment…',
        none: 'No run has lost its experiment.',
        where: isLost,
      });
      const file = chosen === null ? null : await locateExperiment(chosen, files);
      if (file !== null) await runs.refresh();
    },
    openJson: async (args) => {
      const path = runPathsOf(args)[0] ?? activeRunPath();
      if (path !== null) await vscode.commands.executeCommand('vscode.openWith', recordUri(path), 'default');
    },
    reveal: async (args) => {
      const path = runPathsOf(args)[0] ?? activeRunPath();
      if (path !== null) await vscode.commands.executeCommand('revealFileInOS', recordUri(path));
    },
  };
}

interface Ask {
  readonly title: string;
  readonly placeHolder?: string;
  /** What is said when there is no run to choose. */
  readonly none: string;
  readonly where?: (run: WholeRun) => boolean;
}

const noRuns = 'There are no runs yet.';
const all = (): boolean => true;
const isRunning = ({ summary }: WholeRun): boolean => summary.state === 'running';
const isLost = ({ experimentFile }: WholeRun): boolean => experimentFile === null;
const canResume = ({ summary }: WholeRun): boolean => isResumable(summary);

function some(runs: readonly WholeRun[], { none }: Pick<Ask, 'none'>): readonly WholeRun[] {
  if (runs.length > 0) return runs;
  throw new ProblemError({ code: 'no-runs', message: none });
}

/** A run that no list has: of a folder outside the workspace. */
async function readListed(path: string, runs: RunsIndex): Promise<ListedRun> {
  const run = await readRun(runFolder(path));
  if (run.kind === 'damaged') return run;
  const { folder, record, state } = run;
  const experimentFile = await runs.homeOf({ record, runsDir: dirname(folder.path) });
  const isAtChance = (await chanceTestSet(run)) !== null;
  return { kind: 'run', folder, record, experimentFile, summary: summaryOf(state, { isAtChance }) };
}

/** Runs of one runs folder: ids are unique there only. */
function familyRuns({ folder }: WholeRun, among: readonly WholeRun[]): WholeRun[] {
  return among.filter((other) => dirname(other.folder.path) === dirname(folder.path));
}

function recordUri(path: string): vscode.Uri {
  return vscode.Uri.file(runFolder(path).record);
}

async function showOutput(path: string): Promise<void> {
  const { trainerLog, id } = runFolder(path);
  if (!(await exists(trainerLog))) {
    throw new ProblemError({ code: 'no-output', message: `The trainer of ${id} has not been started yet.` });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(trainerLog));
}

/** Opens the text as a new file, to be saved beside the experiment that the run came from. */
async function openCopy({ record, experimentFile }: WholeRun, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const beside = experimentFile === null ? folder : dirname(experimentFile);
  if (beside === undefined) {
    const document = await vscode.workspace.openTextDocument({ language: 'distill', content: text });
    await vscode.window.showTextDocument(document);
    return;
  }
  const name = `${record.experiment.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-copy`;
  const uri = vscode.Uri.file(await freeExperimentPath(beside, name));
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
}
