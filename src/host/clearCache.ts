import * as vscode from 'vscode';
import { bytes } from '../core/words.js';
import { cachedFiles, clearCache as clear } from '../run/cacheContents.js';

/** Asks, and deletes what runs folders keep that can be made again. @throws ProblemError when it could not be deleted */
export async function clearCache(runsFolders: readonly string[]): Promise<void> {
  const files = (await Promise.all(runsFolders.map(cachedFiles))).flat();
  const size = files.reduce((sum, each) => sum + each.bytes, 0);
  if (size === 0) {
    void vscode.window.showInformationMessage('Nothing is cached.');
    return;
  }
  const yes = 'Clear Cache';
  const detail = `${bytes(size)}: pictures for the panel and what else can be computed again. Runs stay as they are.`;
  const answer = await vscode.window.showWarningMessage('Clear the cache?', { modal: true, detail }, yes);
  if (answer !== yes) return;
  for (const folder of runsFolders) await clear(folder);
  vscode.window.setStatusBarMessage(`Cleared ${bytes(size)}.`, 3000);
}
