import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** This extension as the editor knows it. */
export function distillery(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('distillery.distillery');
  if (extension === undefined) throw new Error('The editor does not know the extension distillery.distillery.');
  return extension;
}

/** What package.json declares, as far as tests ask for it. */
export interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly keybindings?: readonly { readonly command: string }[];
    readonly menus?: Readonly<Record<string, readonly { readonly command?: string }[]>>;
  };
}

export function manifestOf(extension: vscode.Extension<unknown>): Manifest {
  return JSON.parse(readFileSync(join(extension.extensionPath, 'package.json'), 'utf8')) as Manifest;
}
