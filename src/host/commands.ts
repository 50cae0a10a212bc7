import * as vscode from 'vscode';
import type { CommandArguments } from './commandTarget.js';
import type { Report } from './report.js';

/** What a command does, by its name without `distillery.`. */
export type CommandTable = Readonly<Record<string, (args: CommandArguments) => Promise<void> | void>>;

/** Registers commands so that whatever goes wrong in one of them reaches the person. */
export function registerCommands(table: CommandTable, { report }: { report: Report }): vscode.Disposable {
  const registered = Object.entries(table).map(([name, act]) =>
    vscode.commands.registerCommand(`distillery.${name}`, async (...args: unknown[]) => {
      try {
        await act(args);
      } catch (error) {
        report.show(error);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
