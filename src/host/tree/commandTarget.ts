import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { TreeNode } from './experimentTree.js';
import { viewTypes } from '../viewTypes.js';
import type { RowTarget } from './treeRow.js';

/**
 * What a command was called on: rows of the tree (the one under the pointer, then all that are selected), an address
 * from an editor or the explorer, or a path, or several, from the panel or from another command. Nothing when called from the palette.
 */
export type CommandArguments = readonly unknown[];

/** Paths of the run folders that a command was called on, the rows of an experiment or a group standing for all in it. */
export function runPathsOf(args: CommandArguments): string[] {
  const rows = rowsOf(args);
  if (rows.length > 0) return [...new Set(rows.flatMap(runPathsBeneath))];
  const [first] = args;
  if (typeof first === 'string') return [first];
  if (Array.isArray(first)) return first.filter((each) => typeof each === 'string');
  return first instanceof vscode.Uri && basename(first.fsPath) === 'run.json' ? [dirname(first.fsPath)] : [];
}

/** The experiment file that a command was called on; that of a run too. */
export function experimentFileOf(args: CommandArguments): string | null {
  const [target] = rowsOf(args).map(({ row }) => row.target);
  if (target !== undefined) return fileOf(target);
  const [first] = args;
  if (typeof first === 'string') return first;
  return first instanceof vscode.Uri && isExperimentFile(first) ? first.fsPath : null;
}

/** The experiment file in the editor at work. */
export function activeExperimentFile(): string | null {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri !== undefined && isExperimentFile(uri) ? uri.fsPath : null;
}

/** The run folder of the run editor at work. */
export function activeRunPath(): string | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputCustom) || !input.viewType.startsWith(viewTypes.run)) return null;
  return dirname(input.uri.fsPath);
}

function rowsOf([first, all]: CommandArguments): TreeNode[] {
  if (!(first instanceof TreeNode)) return [];
  const selected = Array.isArray(all) ? all.filter((each) => each instanceof TreeNode) : [];
  // A menu opened on a row outside the selection is about that row alone.
  return selected.includes(first) ? selected : [first];
}

function runPathsBeneath({ row, children }: TreeNode): string[] {
  if (row.target.kind === 'run') return [row.target.run.folder.path];
  if (row.target.kind === 'damaged') return [row.target.path];
  return children.flatMap(runPathsBeneath);
}

function fileOf(target: RowTarget): string | null {
  switch (target.kind) {
    case 'experiment':
      return target.file;
    case 'run':
      return target.run.experimentFile;
    case 'group':
    case 'damaged':
      return null;
  }
}

function isExperimentFile(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && uri.fsPath.endsWith('.distill.json');
}
