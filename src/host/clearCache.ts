import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { bytes } from '../core/words.js';
import { cacheFolder } from '../run/cacheFolder.js';
import { fileProblem } from '../run/fileProblem.js';

/** Asks, and deletes what runs folders keep that can be made again. @throws ProblemError when it could not be deleted */
export async function clearCache(runsFolders: readonly string[]): Promise<void> {
  const folders = runsFolders.map(cacheFolder);
  const sizes = await Promise.all(folders.map(sizeOf));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  if (size === 0) {
    void vscode.window.showInformationMessage('Nothing is cached.');
    return;
  }
  const clear = 'Clear Cache';
  const detail = `${bytes(size)}: pictures for the panel and what else can be computed again. Runs stay as they are.`;
  const answer = await vscode.window.showWarningMessage('Clear the cache?', { modal: true, detail }, clear);
  if (answer !== clear) return;
  for (const folder of folders) {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw fileProblem(error, { path: folder, attempt: 'clear the cache' });
    });
  }
  vscode.window.setStatusBarMessage(`Cleared ${bytes(size)}.`, 3000);
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, each) => sum + each, 0);
}
