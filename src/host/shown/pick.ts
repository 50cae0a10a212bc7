import * as vscode from 'vscode';
import { iconLabel, labelText } from '../../core/foreignText.js';

/** A row of a list to choose from. Names of others may be in each of its texts. */
export interface PickItem {
  /** Before the label: the name of one of VS Code's icons. */
  readonly icon?: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly picked?: boolean;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder?: string;
  readonly matchOnDescription?: boolean;
  readonly matchOnDetail?: boolean;
}

/** The only way to VS Code's lists to choose from. @returns null when the person changed their mind */
export async function pickOne<T extends PickItem>(items: readonly T[], options: PickOptions): Promise<T | null> {
  return (await vscode.window.showQuickPick(items.map(shown), shownOptions(options)))?.item ?? null;
}

/** As {@link pickOne}, of which several may be chosen. */
export async function pickMany<T extends PickItem>(
  items: readonly T[],
  options: PickOptions,
): Promise<readonly T[] | null> {
  const chosen = await vscode.window.showQuickPick(items.map(shown), {
    ...shownOptions(options),
    canPickMany: true as const,
  });
  return chosen?.map(({ item }) => item) ?? null;
}

function shown<T extends PickItem>(item: T): vscode.QuickPickItem & { readonly item: T } {
  const { icon, label, description, detail, picked } = item;
  return {
    item,
    label: icon === undefined ? labelText(label) : iconLabel(icon, label),
    ...(description === undefined ? {} : { description: labelText(description) }),
    ...(detail === undefined ? {} : { detail: labelText(detail) }),
    ...(picked === undefined ? {} : { picked }),
  };
}

const shownOptions = ({ title, placeHolder, ...options }: PickOptions): PickOptions => ({
  ...options,
  title: labelText(title),
  ...(placeHolder === undefined ? {} : { placeHolder: labelText(placeHolder) }),
});
