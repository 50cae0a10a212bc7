import { basename } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/words.js';
import { confirmed } from '../shown/messages.js';
import type { Deletion } from './deletion.js';
import type { ListedRun } from '../tree/listedRun.js';

/**
 * Asks, and moves the folders to the trash. Where there is no trash it asks again before anything is lost for good.
 * @returns false when the person changed their mind
 */
export async function deleteAsked(doomed: readonly ListedRun[], deletion: Deletion): Promise<boolean> {
  const { message, detail } = deletion;
  if (!(await confirmed(message, { detail, button: 'Move to Trash' }))) return false;
  const left: string[] = [];
  for (const { folder } of doomed) if (!(await trash(folder.path))) left.push(folder.path);
  if (left.length === 0) return true;
  const question = `There is no trash here. Delete ${counted(left.length, 'run')} for good?`;
  const names = left.map((path) => basename(path)).join('\n');
  if (!(await confirmed(question, { detail: names, button: 'Delete for Good' }))) return false;
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
