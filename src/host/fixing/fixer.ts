import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { publishedSetOf } from '../../core/datasets/datasets.js';
import { assertNever } from '../../core/problem.js';
import { remedyOf } from '../../core/remedy.js';
import { runFolder } from '../../run/folder.js';
import { takePrevious } from '../../run/checkpoint/generations.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { fetchFor } from '../runs/fetchArchive.js';
import type { ExperimentRuns } from '../training/experimentRuns.js';
import { readAsked } from '../training/runExperiment.js';
import { runsFolderFor } from '../workspace/runsFolders.js';
import { contextOf, type Failure } from '../training/failure.js';
import { freeSpace } from './freeSpace.js';
import { locateNamed } from './locateNamed.js';

export interface FixerOptions {
  readonly runs: RunsIndex;
  /** Runs an experiment, or some of its runs, once more. */
  readonly experiments: ExperimentRuns;
}

/** Does what a button says beside the reason why something did not run. */
export class Fixer {
  constructor(private readonly options: FixerOptions) {}

  /** @throws ProblemError what stands in the way of the remedy itself */
  async fix(failure: Failure): Promise<void> {
    const { runs } = this.options;
    const { problem, file, run, data, only } = failure;
    const remedy = remedyOf(problem, contextOf(failure));
    switch (remedy) {
      case 'fetch': {
        const runsDir = run === null ? runsFolderFor(file ?? '') : dirname(run);
        const published = data === null ? null : publishedSetOf(data);
        if (published === null || !(await fetchFor(runsDir, published.archive))) return;
        if (file !== null) await this.#runAgain(file, only);
        else if (run !== null) await vscode.commands.executeCommand('distillery.resume', run);
        return;
      }
      case 'locate':
        if (file !== null && (await locateNamed(file, problem)) === 'run') await this.#runAgain(file, only);
        return;
      case 'space':
        await freeSpace(runs);
        return;
      case 'engines':
        await vscode.commands.executeCommand('distillery.showEngines');
        return;
      case 'settings':
        await openAt(file, problem.place);
        return;
      case 'previous':
        if (run === null) return;
        await takePrevious(runFolder(run));
        await vscode.commands.executeCommand('distillery.resume', run);
        return;
      case 'output':
        if (run !== null) await vscode.commands.executeCommand('distillery.showTrainerOutput', run);
        return;
      default:
        return assertNever(remedy);
    }
  }

  async #runAgain(file: string, only: readonly string[]): Promise<void> {
    const asked = await readAsked(file, { only });
    if (asked !== null) await this.options.experiments.run(asked);
  }
}

async function openAt(file: string | null, place: Failure['problem']['place']): Promise<void> {
  if (file === null) return;
  // Only a place in the experiment itself is one to go to.
  const [line, column] = place?.file === file ? [place.line ?? 1, place.column ?? 1] : [1, 1];
  const position = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
