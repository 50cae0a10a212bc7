import * as vscode from 'vscode';
import { labelText, notificationText } from '../../core/foreignText.js';

/** A command that a progress offers as a link. */
export interface ProgressLink {
  readonly title: string;
  /** Without `distillery.`; called with the number. */
  readonly command: string;
  readonly argument: number;
}

export interface ProgressOptions {
  /** As a notification, or in the status bar. */
  readonly where: 'notification' | 'window';
  readonly title: string;
  readonly cancellable?: boolean;
  /** Behind the title: a progress has no buttons. */
  readonly links?: readonly ProgressLink[];
}

/** What a task tells of itself. */
export interface Told {
  report(step: { readonly message?: string; readonly increment?: number }): void;
}

/** The only way to VS Code's progress: names of others may be in its title and in what it tells. */
export function withProgress<T>(
  { where, title, cancellable = false, links = [] }: ProgressOptions,
  task: (told: Told, cancelled: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const text = where === 'window' ? labelText : notificationText;
  const written = links.map((link) => `[${link.title}](command:distillery.${link.command}?${link.argument})`);
  const options = {
    location: where === 'window' ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification,
    title: [text(title), written.join(' · ')].filter((part) => part !== '').join(' '),
    cancellable,
  };
  return vscode.window.withProgress(options, (progress, cancelled) => {
    const told: Told = {
      report: ({ message, ...step }) =>
        progress.report({ ...step, ...(message === undefined ? {} : { message: text(message) }) }),
    };
    return task(told, cancelled);
  });
}
