import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { bytes, counted } from '../../core/words.js';
import { cachedByKind, cachedFiles, type CachedFile } from '../../run/cache/cacheContents.js';
import { fileProblem } from '../../run/files/fileProblem.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { nounOf } from '../runs/clearCache.js';
import { deletionOf } from '../runs/deletion.js';
import { outcomeWords, runTitle, type ListedRun } from '../tree/listedRun.js';

interface SpaceItem extends vscode.QuickPickItem {
  readonly size: number;
  readonly cached: readonly CachedFile[];
  readonly run: ListedRun | null;
}

/**
 * Shows what takes room beside the runs, and the runs themselves, largest first, and deletes what is chosen: for good,
 * for a trash would keep the room. The cache is chosen already, since all of it can be made again.
 * @throws ProblemError where something could not be deleted
 */
export async function freeSpace(runs: RunsIndex): Promise<void> {
  await runs.start();
  // What ended just now may be deleted.
  await runs.refresh();
  const [folder] = runs.folders;
  const cached = (await Promise.all(runs.folders.map(cachedFiles))).flat();
  const items = [...cacheItems(cached), ...(await runItems(runs.runs))];
  if (items.length === 0) {
    const free = folder === undefined ? '' : ` ${await freeWords(folder)}`;
    void vscode.window.showInformationMessage(`Distillery keeps nothing here that could be deleted.${free}`);
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Free Space',
    placeHolder: folder === undefined ? 'What to delete' : `What to delete. ${await freeWords(folder)}`,
    canPickMany: true,
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  const size = chosen.reduce((sum, item) => sum + item.size, 0);
  const doomed = chosen.flatMap(({ run }) => run ?? []);
  if (doomed.length > 0 && !(await mayDelete(doomed, { among: runs.runs, size }))) return;
  for (const { path } of chosen.flatMap((item) => item.cached)) await remove(path);
  for (const run of doomed) await remove(run.folder.path);
  await runs.refresh();
  void vscode.window.showInformationMessage(`Freed ${bytes(size)}.`);
}

async function mayDelete(
  doomed: readonly ListedRun[],
  { among, size }: { among: readonly ListedRun[]; size: number },
): Promise<boolean> {
  const { detail } = deletionOf(doomed, { among });
  const yes = 'Delete';
  const message = `Delete ${counted(doomed.length, 'run')} for good?`;
  const more = [detail, `${bytes(size)} will be free. This cannot be undone.`].filter((line) => line !== '').join('\n');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail: more }, yes)) === yes;
}

function cacheItems(files: readonly CachedFile[]): SpaceItem[] {
  return cachedByKind(files)
    .filter((part) => part.bytes > 0)
    .map((part) => ({
      label: `$(database) ${nounOf(part.kind)}`,
      description: `${bytes(part.bytes)} · in the cache, can be made again`,
      picked: true,
      size: part.bytes,
      cached: files.filter(({ contents }) => contents.kind === part.kind),
      run: null,
    }));
}

/** Runs that a trainer is at are left out. */
async function runItems(runs: readonly ListedRun[]): Promise<SpaceItem[]> {
  const idle = runs.filter((run) => run.kind === 'damaged' || run.summary.state !== 'running');
  const items = await Promise.all(
    idle.map(async (run): Promise<SpaceItem> => {
      const size = await sizeOf(run.folder.path);
      const [label, words] =
        run.kind === 'damaged'
          ? [run.folder.id, 'damaged']
          : [`${run.record.experiment.name}: ${runTitle(run.record.spec)}`, outcomeWords(run.summary)];
      return { label: `$(beaker) ${label}`, description: `${bytes(size)} · ${words}`, size, cached: [], run };
    }),
  );
  return items.sort((a, b) => b.size - a.size);
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function freeWords(folder: string): Promise<string> {
  const found = await statfs(folder).catch(() => null);
  return found === null ? '' : `${bytes(found.bavail * found.bsize)} are free on this disk.`;
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'delete it' });
  }
}
