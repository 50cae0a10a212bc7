import { access, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { fileProblem } from '../../run/files/fileProblem.js';
import { fillTemplate, readTemplates, type Template } from './templates.js';

const ending = '.distill.json';

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
    await writeFile(path, fillTemplate(chosen, { name: basename(path, ending) }), { flag });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'write the experiment' });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
  return path;
}

async function pickTemplate(templates: readonly Template[]): Promise<Template | null> {
  const items = templates.map((template) => ({ label: template.title, detail: template.description, template }));
  const options = { title: 'New Experiment', placeHolder: 'What to begin from', matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.template ?? null;
}

/** Where the file is to lie. The dialog asks before anything is overwritten. */
async function askPlace({ name }: Template): Promise<string | null> {
  const workspace = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const suggested = await freePath(workspace?.uri.fsPath ?? homedir(), name);
  const chosen = await vscode.window.showSaveDialog({
    title: 'New Experiment',
    saveLabel: 'Create',
    defaultUri: vscode.Uri.file(suggested),
    filters: { 'Distillery experiment': ['distill.json'] },
  });
  if (chosen === undefined) return null;
  if (chosen.fsPath.endsWith(ending)) return chosen.fsPath;
  // The name that was agreed to is another: nothing of that name may be lost.
  return freePath(join(chosen.fsPath, '..'), basename(chosen.fsPath).replace(/(\.distill)?(\.jsonc?)?$/, ''));
}

/** `mnist.distill.json`, or `mnist-2.distill.json` where there is one. */
async function freePath(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}${ending}`);
    try {
      await access(path);
    } catch {
      return path;
    }
  }
}
