import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/words.js';
import { deleteRun } from '../../run/deleteRun.js';
import type { RunFolder } from '../../run/folder.js';
import { openRuns } from '../../run/openRuns.js';
import { confirmed } from '../shown/messages.js';
import type { Deletion } from './deletion.js';
import type { ListedRun } from '../workspace/listedRun.js';

/**
 * Asks, and moves the folders to the trash. Where there is no trash it asks again before anything is lost for good.
 * @returns false when the person changed their mind
 * @throws ProblemError `linked`, `no-permission`, …
 */
export async function deleteAsked(doomed: readonly ListedRun[], deletion: Deletion): Promise<boolean> {
  const { message, detail } = deletion;
  if (!(await confirmed(message, { detail, button: 'Move to Trash' }))) return false;
  const left: RunFolder[] = [];
  for (const { folder } of doomed) if (!(await trash(folder))) left.push(folder);
  if (left.length === 0) return true;
  const question = `There is no trash here. Delete ${counted(left.length, 'run')} permanently?`;
  const names = left.map(({ id }) => id).join('\n');
  if (!(await confirmed(question, { detail: names, button: 'Delete Permanently' }))) return false;
  for (const folder of left) await deleteRun(folder);
  return true;
}

/**
 * False where the file system has no trash.
 * @throws ProblemError `linked` where the runs folder is a link that may have come with a repository
 */
async function trash({ path }: RunFolder): Promise<boolean> {
  await (await openRuns(dirname(path))).close();
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(path), { recursive: true, useTrash: true });
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return true;
    return false;
  }
}
