import * as vscode from 'vscode';
import { linesText, notificationText } from '../../core/foreignText.js';

/*
 * The only way to VS Code's notifications and dialogs: names of others may be in every text, and VS Code makes links of
 * some. Returns the button that was chosen.
 */

export type Told = Thenable<string | undefined>;

export function showInfo(text: string, ...buttons: readonly string[]): Told {
  return vscode.window.showInformationMessage(notificationText(text), ...buttons);
}

export function showWarning(text: string, ...buttons: readonly string[]): Told {
  return vscode.window.showWarningMessage(notificationText(text), ...buttons);
}

export function showError(text: string, ...buttons: readonly string[]): Told {
  return vscode.window.showErrorMessage(notificationText(text), ...buttons);
}

/** Asks in a dialog that must be answered. @returns whether the button was chosen */
export async function confirmed(
  text: string,
  { detail, button }: { readonly detail: string; readonly button: string },
): Promise<boolean> {
  const options = { modal: true, detail: notificationText(detail) };
  return (await vscode.window.showWarningMessage(notificationText(text), options, button)) === button;
}

/** Says something in the status bar for some seconds. */
export function showBriefly(text: string, seconds = 3): void {
  vscode.window.setStatusBarMessage(linesText(text).replaceAll('$(', '$ ('), 1000 * seconds);
}
