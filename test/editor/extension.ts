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

/** What stands for a key such as `%command.stop.title%` where the editor speaks English. */
export function englishOf(extension: vscode.Extension<unknown>, text: string): string {
  const texts: unknown = JSON.parse(readFileSync(join(extension.extensionPath, 'package.nls.json'), 'utf8'));
  const key = /^%(.*)%$/.exec(text)?.[1];
  if (key === undefined) return text;
  const found = Object.entries(texts ?? {}).find(([name]) => name === key)?.[1] as unknown;
  if (typeof found !== 'string') throw new Error(`package.nls.json has no ${key}.`);
  return found;
}

export function manifestOf(extension: vscode.Extension<unknown>): Manifest {
  return JSON.parse(readFileSync(join(extension.extensionPath, 'package.json'), 'utf8')) as Manifest;
}
