import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import { ProblemError } from '../../core/problem.js';
import type { CommandTable } from '../commands.js';
import { activeExperimentFile, experimentFileOf, type CommandArguments } from '../tree/commandTarget.js';
import type { ExperimentFiles } from '../workspace/experimentFiles.js';
import type { ExperimentRuns } from '../training/experimentRuns.js';
import { pickPlannedRuns, readAsked } from '../training/runExperiment.js';
import { newExperiment } from './newExperiment.js';
import { pickOne } from '../shown/pick.js';
import { placeSample, type SamplePlaces } from '../training/sample.js';
import { requireTrust } from '../trust.js';
import type { Trainers } from '../training/trainers.js';
import { experimentLabel } from '../workspace/experimentPath.js';

export interface ExperimentCommandsOptions {
  readonly files: ExperimentFiles;
  readonly experiments: ExperimentRuns;
  readonly trainers: Trainers;
  readonly places: SamplePlaces;
}

/** What can be done with experiments. Called without one, a command takes that of the editor at work, or asks. */
export function experimentCommands({ files, experiments, trainers, places }: ExperimentCommandsOptions): CommandTable {
  const fileFor = async (args: CommandArguments, title: string): Promise<string | null> =>
    experimentFileOf(args) ?? activeExperimentFile() ?? (await pickFile(files, title));

  return {
    runExperiment: async (args) => {
      requireTrust();
      const file = await fileFor(args, 'Run Experiment');
      const asked = file === null ? null : await readAsked(file, { only: wantedOf(args) });
      if (asked !== null) await experiments.run(asked);
    },
    runOnly: async (args) => {
      requireTrust();
      const file = await fileFor(args, 'Run Only…');
      const asked = file === null ? null : await readAsked(file, { only: [] });
      if (asked === null) return;
      const only = await pickPlannedRuns(asked);
      if (only !== null) await experiments.run({ ...asked, only: [...only] });
    },
    newExperiment: async (args) => {
      const file = await newExperiment(places, args);
      if (file !== null) await files.add(file);
    },
    runSample: async () => {
      requireTrust();
      const file = await placeSample(places);
      await files.add(file);
      const asked = await readAsked(file, { only: [] });
      if (asked !== null) await experiments.run(asked, { watch: true });
    },
    stopExperiment: async (args) => {
      const file = experimentFileOf(args) ?? activeExperimentFile();
      if (file === null) await trainers.stopAll();
      else await trainers.stopExperiment(file);
    },
    openExperiment: async (args) => {
      const file = await fileFor(args, 'Open Experiment File');
      if (file !== null) await openFile(file);
    },
  };
}

async function openFile(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    throw new ProblemError({
      code: 'experiment-gone',
      message: `Experiment file not found: ${file}.`,
      fix: 'Say where it is with “Locate Experiment…”, or make a new one from a run with “Duplicate as Experiment”.',
    });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}

/** `runExperiment` may be called with the runs that are wanted: `(file, { only: ['student'] })`. */
function wantedOf([, options]: CommandArguments): readonly string[] {
  if (typeof options !== 'object' || options === null || !('only' in options)) return [];
  return Array.isArray(options.only) ? options.only.filter((word) => typeof word === 'string') : [];
}

async function pickFile(files: ExperimentFiles, title: string): Promise<string | null> {
  await files.start();
  const { paths } = files;
  if (paths.length === 0) {
    throw new ProblemError({
      code: 'no-experiments',
      message: 'There is no experiment file in this workspace: a file whose name ends with .distill.json.',
      fix: 'Make one with “Distillery: New Experiment”, or try “Distillery: Run Sample Experiment”.',
    });
  }
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) return only;
  const items = paths.map((path) => ({
    label: experimentLabel(path),
    description: vscode.workspace.asRelativePath(path),
    path,
  }));
  const picked = await pickOne(items, { title, matchOnDescription: true });
  return picked?.path ?? null;
}
