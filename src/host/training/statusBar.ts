import * as vscode from 'vscode';
import { iconLabel, linesText } from '../../core/foreignText.js';
import { counted } from '../../core/words.js';
import type { WholeRun } from '../workspace/listedRun.js';
import { runningWords, statusText } from './statusWords.js';

/** Says what runs and how far it is. */
export class StatusBar {
  readonly #item = vscode.window.createStatusBarItem('distillery.running', vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.#item.name = 'Distillery';
    this.#item.command = 'distillery.showRunning';
  }

  show({ running, queued }: { running: readonly WholeRun[]; queued: number }): void {
    const text = statusText({ running, queued });
    if (text === null) {
      this.#item.hide();
      return;
    }
    this.#item.text = iconLabel('beaker', text);
    const lines = running.map(runningWords);
    if (queued > 0) lines.push(`${counted(queued, 'run')} queued`);
    this.#item.tooltip = linesText(lines.join('\n'));
    this.#item.accessibilityInformation = { label: linesText(`Distillery: ${lines.join(', ')}`) };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
