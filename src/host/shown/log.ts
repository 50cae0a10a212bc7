import * as vscode from 'vscode';
import { linesText } from '../../core/foreignText.js';

/** The extension's output channel. Names of others may be in every line. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  show(): void;
  dispose(): void;
}

/** Opens the channel *Distillery*. */
export function openLog(): Log {
  const channel = vscode.window.createOutputChannel('Distillery', { log: true });
  return {
    info: (text) => channel.info(linesText(text)),
    warn: (text) => channel.warn(linesText(text)),
    error: (text) => channel.error(linesText(text)),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
