import { dirname, isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';

const defaultFolder = '.distillery/runs';

/** The runs folders of all workspace folders, as the setting says. They need not exist. */
export function workspaceRunsFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return [...new Set(folders.filter(({ uri }) => uri.scheme === 'file').map(runsFolderOf))];
}

/** Where runs of an experiment file go: to its workspace folder's, or beside a file that is in none. */
export function runsFolderFor(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder === undefined ? join(dirname(file), defaultFolder) : runsFolderOf(folder);
}

function runsFolderOf({ uri }: vscode.WorkspaceFolder): string {
  const setting = vscode.workspace.getConfiguration('distillery', uri).get<string>('runsFolder', defaultFolder).trim();
  const path = setting === '' ? defaultFolder : setting;
  return isAbsolute(path) ? path : resolve(uri.fsPath, path);
}
