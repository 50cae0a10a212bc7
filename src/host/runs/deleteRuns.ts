import { basename } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/words.js';
import type { Deletion } from './deletion.js';
import type { ListedRun } from '../tree/listedRun.js';

/**
 * Asks, and moves the folders to the trash. Where there is no trash it asks again before anything is lost for good.
 * @returns false when the person changed their mind
 */
export async function deleteAsked(doomed: readonly ListedRun[], deletion: Deletion): Promise<boolean> {
  const toTrash = 'Move to Trash';
  const { message, detail } = deletion;
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, toTrash);
  if (answer !== toTrash) return false;
  const left: string[] = [];
  for (const { folder } of doomed) if (!(await trash(folder.path))) left.push(folder.path);
  if (left.length === 0) return true;
  const forGood = 'Delete for Good';
  const again = await vscode.window.showWarningMessage(
    `There is no trash here. Delete ${counted(left.length, 'run')} for good?`,
    { modal: true, detail: left.map((path) => basename(path)).join('\n') },
    forGood,
  );
  if (again !== forGood) return false;
  for (const path of left)
    await vscode.workspace.fs.delete(vscode.Uri.file(path), { recursive: true, useTrash: false });
  return true;
}

/** False where the file system has no trash. */
async function trash(path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(path), { recursive: true, useTrash: true });
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return true;
    return false;
  }
}
