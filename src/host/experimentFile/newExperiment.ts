import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { exists } from '../../node/files/exists.js';
import { fileProblem } from '../../node/fileProblem.js';
import { confirmed } from '../shown/messages.js';
import { pickOne } from '../shown/pick.js';
import { experimentEnding, experimentLabel, experimentPath, freeExperimentPath } from '../workspace/experimentPath.js';
import { fillTemplate, readTemplates, type Template } from './templates.js';

/**
 * Begins an experiment: asks for a template and a place, writes the file and opens it.
 * @param args a template's name and a path, where the caller knows them already
 * @returns the path of the file; null when the person changed their mind
 */
export async function newExperiment(
  { extensionUri }: { readonly extensionUri: vscode.Uri },
  [template, file]: readonly unknown[],
): Promise<string | null> {
  const templates = await readTemplates(vscode.Uri.joinPath(extensionUri, 'media', 'templates').fsPath);
  const chosen = templates.find(({ name }) => name === template) ?? (await pickTemplate(templates));
  if (chosen === null) return null;
  const path = typeof file === 'string' ? file : await askPlace(chosen);
  if (path === null) return null;
  try {
    // The dialog has asked whether to overwrite; who names a path has not been asked.
    const flag = typeof file === 'string' ? 'wx' : 'w';
    await writeFile(path, fillTemplate(chosen, { name: experimentLabel(path) }), { flag });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'write the experiment' });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
  return path;
}

async function pickTemplate(templates: readonly Template[]): Promise<Template | null> {
  const items = templates.map((template) => ({ label: template.title, detail: template.description, template }));
  const options = { title: 'New Experiment', placeHolder: 'What to begin from', matchOnDetail: true };
  return (await pickOne(items, options))?.template ?? null;
}

/** Where the file is to lie. Nothing is overwritten without a question. */
async function askPlace({ name }: Template): Promise<string | null> {
  const workspace = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const suggested = await freeExperimentPath(workspace?.uri.fsPath ?? homedir(), name);
  const chosen = await vscode.window.showSaveDialog({
    title: 'New Experiment',
    saveLabel: 'Create',
    defaultUri: vscode.Uri.file(suggested),
    // VS Code's own dialog looks at what follows the last dot, and adds the first of these where that is none of them.
    filters: { 'Distillery experiment': [experimentEnding.slice(1), 'json'] },
  });
  if (chosen === undefined) return null;
  const path = experimentPath(chosen.fsPath, { unnamed: name });
  // The dialog has asked about the name that was chosen only.
  return path === chosen.fsPath || !(await exists(path)) || (await mayReplace(path)) ? path : null;
}

async function mayReplace(path: string): Promise<boolean> {
  const message = `${basename(path)} already exists. Do you want to replace it?`;
  const detail = 'Its contents will be lost.';
  return confirmed(message, { detail, button: 'Replace' });
}
