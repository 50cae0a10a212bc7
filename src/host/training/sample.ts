import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeNamedFile } from '../../node/files/atomicFile.js';
import { readTextFile } from '../../node/files/textFile.js';

const sampleName = 'mnist-sample.distill.json';

/**
 * Puts the sample experiment where it can be run and changed: into the first workspace folder, or where no folder is
 * open into the extension's own storage. One that is there already stays as it is.
 * @returns the path of the file
 */
export async function placeSample(places: SamplePlaces): Promise<string> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const target = folder === undefined ? sampleIn(places.globalStorageUri) : join(folder.uri.fsPath, sampleName);
  try {
    await access(target);
  } catch {
    const text = await sampleText(places);
    await writeNamedFile(target, text, { makeFolder: true });
  }
  return target;
}

/** Where the sample lies when no folder is open. */
export function sampleIn(globalStorageUri: vscode.Uri): string {
  return join(globalStorageUri.fsPath, 'sample', sampleName);
}

export interface SamplePlaces {
  readonly extensionUri: vscode.Uri;
  readonly globalStorageUri: vscode.Uri;
}

/** The sample experiment. Its schema's path is right beside the extension only, and the editor knows the schema anyway. */
async function sampleText({ extensionUri }: SamplePlaces): Promise<string> {
  const text = await readTextFile(vscode.Uri.joinPath(extensionUri, 'examples', sampleName).fsPath, {
    attempt: 'read the example',
  });
  return text.replace(/^\s*"\$schema":.*\n/m, '');
}
