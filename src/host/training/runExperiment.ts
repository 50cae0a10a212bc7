import * as vscode from 'vscode';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import { counted } from '../../core/words.js';
import { readTextFile } from '../../node/files/textFile.js';
import { planOf } from '../../data/experiment/experimentPlan.js';
import type { AskedExperiment } from './experimentQueue.js';
import { showError } from '../shown/messages.js';
import { pickMany } from '../shown/pick.js';
import { experimentLabel } from '../workspace/experimentPath.js';
import { runsFolderFor } from '../workspace/runsFolders.js';

/**
 * Reads an experiment to run it as it is on the screen: what is edited is saved first.
 * @returns null when it has problems, which the person was told of and can go to
 * @throws ProblemError when the file cannot be read
 */
export async function readAsked(file: string, { only }: { only: readonly string[] }): Promise<AskedExperiment | null> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
  if (open?.isDirty === true && !(await open.save())) return null;
  const text = await readTextFile(file, { attempt: 'read the experiment' });
  const { problems } = parseExperiment(text, { file });
  const [first] = problems;
  if (first === undefined) return { file, text, only: [...only], runsDir: runsFolderFor(file) };
  const more = problems.length === 1 ? '' : ` ${counted(problems.length, 'problem')} in all.`;
  const message = `${experimentLabel(file)} is not run: ${first.message} ${first.fix}${more}`;
  void showError(message, 'Go There').then(async (answer) => {
    if (answer === undefined) return;
    const position = new vscode.Position((first.place.line ?? 1) - 1, (first.place.column ?? 1) - 1);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
  });
  return null;
}

/**
 * Lets a person choose runs of an experiment by role or one by one.
 * @returns keys of the plan; null when they changed their mind
 */
export async function pickPlannedRuns(asked: AskedExperiment): Promise<readonly string[] | null> {
  const { experiment, plan } = planOf(asked);
  const items = plan.map(({ key, spec, teachers }) => ({
    label: key,
    description: spec.role,
    ...(teachers.length === 0 ? {} : { detail: `after ${teachers.join(', ')}` }),
    key,
    picked: spec.role === 'student',
  }));
  const title = `Run Only… (${experiment.name})`;
  const placeHolder = 'Teachers that a student needs are run too; what is finished is reused.';
  const chosen = await pickMany(items, { title, placeHolder, matchOnDescription: true });
  return chosen === null || chosen.length === 0 ? null : chosen.map(({ key }) => key);
}
