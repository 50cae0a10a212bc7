import * as vscode from 'vscode';
import { formatProblem, ProblemError, type Problem } from '../core/problem.js';
import { editorProblem, remedyOf, remedyTitle } from '../core/remedy.js';
import type { Log } from './shown/log.js';
import { showError } from './shown/messages.js';

/** Tells a person what went wrong, and the log all of it. */
export class Report {
  constructor(private readonly log: Log) {}

  /** Shows an error: a problem with what to do about it, a defect of ours with the way to the log. */
  show(error: unknown): void {
    if (error instanceof vscode.CancellationError) return;
    if (error instanceof ProblemError) {
      this.problem(error.problem);
      return;
    }
    this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = error instanceof Error ? error.message : String(error);
    void this.#ask(`Distillery has a defect: ${message}. The log has the details.`, undefined, null);
  }

  /** Shows a problem, with its file at hand where it has one, and the way to trust where that is missing. */
  problem(problem: Problem): void {
    this.log.warn(formatProblem(problem));
    const { message, fix, place } = editorProblem(problem, { data: null, hasFile: false });
    const remedy = remedyOf(problem, { data: null, hasFile: false });
    const help = problem.code === 'untrusted' ? 'trust' : remedy === 'space' || remedy === 'engines' ? remedy : null;
    void this.#ask(fix === undefined ? message : `${message} ${fix}`, place, help);
  }

  async #ask(text: string, place: Problem['place'], help: keyof typeof helpCommands | null): Promise<void> {
    const file = place?.file;
    const open = file !== undefined && (await isFile(file)) ? 'Open File' : null;
    const helpTitle =
      help === null ? null : help === 'trust' ? 'Manage Workspace Trust' : remedyTitle(help, { data: null });
    const buttons = [helpTitle, open].filter((title) => title !== null);
    const answer = await showError(text, ...buttons, 'Show Log');
    if (answer === undefined) return;
    if (answer === 'Show Log') this.log.show();
    else if (help !== null && answer === helpTitle) await vscode.commands.executeCommand(helpCommands[help]);
    else if (file !== undefined) await openAt(file, place);
  }
}

/** What helps wherever it is met, whatever the problem was about. */
const helpCommands = {
  space: 'distillery.freeSpace',
  engines: 'distillery.showEngines',
  trust: 'workbench.trust.manage',
} as const;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(vscode.Uri.file(path))).type === vscode.FileType.File;
  } catch {
    return false;
  }
}

async function openAt(file: string, place: Problem['place']): Promise<void> {
  const position = new vscode.Position((place?.line ?? 1) - 1, (place?.column ?? 1) - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
