import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';
import { JsonText } from '../../core/jsonText.js';
import { ProblemError, type Problem } from '../../core/problem.js';
import { pathText } from '../../core/spec/settings/diagnostic.js';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import { namedPlaces, type NamedPlace } from '../../core/spec/experiment/experimentPlaces.js';
import { showInfo } from '../shown/messages.js';

/**
 * Asks where a file or a folder lies that an experiment names and that is not there, and writes that into the
 * experiment, as an edit that can be undone.
 * @param problem names the setting, or the path that was looked for
 * @returns `run` where the person wants the experiment to be run now
 * @throws ProblemError `nothing-to-locate` where the experiment names nothing that the problem could be about
 */
export async function locateNamed(file: string, problem: Problem): Promise<'run' | 'done' | 'cancelled'> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const place = placeOf(document.getText(), { file, problem });
  if (place === null) {
    await vscode.window.showTextDocument(document);
    throw new ProblemError({
      code: 'nothing-to-locate',
      message: `The experiment does not name what is missing. ${problem.message}`,
      fix: 'Name it in the experiment, which is open now.',
      place: { file },
    });
  }
  const chosen = await askFor(place, { folder: dirname(file) });
  if (chosen === null) return 'cancelled';
  const name = nameFrom(dirname(file), chosen);
  const range = new JsonText(document.getText()).valueRange(place.path);
  if (range === null) return 'cancelled';
  const replaced = new vscode.Range(
    document.positionAt(range.offset),
    document.positionAt(range.offset + range.length),
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, replaced, JSON.stringify(name));
  await vscode.workspace.applyEdit(edit);
  const written = document.positionAt(range.offset + JSON.stringify(name).length);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(replaced.start, written) });
  const answer = await showInfo(`${pathText(place.path)} is “${name}” now.`, 'Run');
  return answer === 'Run' ? 'run' : 'done';
}

/** The setting that names what is missing: the one that the problem names, or whose path lies in its way. */
function placeOf(text: string, { file, problem }: { file: string; problem: Problem }): NamedPlace | null {
  const { experiment } = parseExperiment(text, { file });
  if (experiment === null) return null;
  const places = namedPlaces(experiment, new JsonText(text).value);
  const { path, file: missing } = problem.place ?? {};
  const named = places.find((place) => pathText(place.path) === path);
  if (named !== undefined) return named;
  const folder = dirname(file);
  const inTheWay = places.find(({ name }) => missing !== undefined && isAtOrBelow(missing, resolve(folder, name)));
  return inTheWay ?? places.find(({ path: [first] }) => first === path?.split('.')[0]) ?? null;
}

const isAtOrBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

async function askFor({ kind, what, path }: NamedPlace, { folder }: { folder: string }): Promise<string | null> {
  const filters = kind === 'folder' ? {} : path.at(-1) === 'file' ? { 'ONNX model': ['onnx'] } : {};
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: `Locate ${what}`,
      openLabel: 'Locate',
      canSelectFiles: kind === 'file',
      canSelectFolders: kind === 'folder',
      defaultUri: vscode.Uri.file(folder),
      ...(Object.keys(filters).length === 0 ? {} : { filters: { ...filters, 'All files': ['*'] } }),
    })) ?? [];
  return chosen?.fsPath ?? null;
}

/** Relative to the experiment, as such files are written, where both lie on one disk. */
function nameFrom(folder: string, path: string): string {
  const name = relative(folder, path);
  return isAbsolute(name) ? path : name.split(sep).join('/');
}
