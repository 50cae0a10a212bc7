import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { labelText } from '../../core/foreignText.js';
import { linkExperiment, linkKey } from '../../run/experiment/experimentLinks.js';
import { pickOne } from '../shown/pick.js';
import type { WholeRun } from '../workspace/listedRun.js';
import { experimentLabel, experimentEnding } from '../workspace/experimentPath.js';
import type { ExperimentFiles } from '../workspace/experimentFiles.js';

/**
 * Asks where the experiment of some runs lies that was moved or renamed, and remembers it beside the runs.
 * @param runs of one experiment or of several that have become one
 * @returns the file; null when the person changed their mind
 * @throws ProblemError where it cannot be written down
 */
export async function locateExperiment(runs: readonly WholeRun[], files: ExperimentFiles): Promise<string | null> {
  const [first] = runs;
  if (first === undefined) return null;
  const file = await askWhere(first.record.experiment.name, files);
  if (file === null) return null;
  const links = new Map(
    runs.map(({ folder, record: { experiment } }) => {
      const runsDir = dirname(folder.path);
      return [`${runsDir} ${linkKey(experiment)}`, { runsDir, experiment }] as const;
    }),
  );
  for (const { runsDir, experiment } of links.values()) await linkExperiment(runsDir, { experiment, file });
  await files.add(file);
  return file;
}

/** One of the experiments that are known, or a file from anywhere. */
async function askWhere(name: string, files: ExperimentFiles): Promise<string | null> {
  await files.start();
  const known = files.paths.map((path) => ({
    label: experimentLabel(path),
    description: vscode.workspace.asRelativePath(path),
    path,
  }));
  const elsewhere = { icon: 'folder-opened', label: 'Choose a File…', description: '', path: null };
  const title = labelText(`Locate Experiment: ${name}`);
  const picked =
    known.length === 0
      ? elsewhere
      : await pickOne([...known, elsewhere], {
          title,
          placeHolder: 'Which file do these runs belong to?',
          matchOnDescription: true,
        });
  if (picked === null) return null;
  if (picked.path !== null) return picked.path;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: 'Locate',
      // VS Code's own dialog looks at what follows the last dot.
      filters: { 'Distillery experiment': [experimentEnding.slice(1), 'json'] },
    })) ?? [];
  return chosen?.fsPath ?? null;
}
