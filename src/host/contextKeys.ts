import * as vscode from 'vscode';

/** What menus, key bindings and the palette ask for, as `distillery.<name>`. */
export interface ContextValues {
  /** There are runs, or folders that are called like runs. */
  readonly hasRuns: boolean;
  /** A trainer is at work. */
  readonly running: boolean;
  /** Something runs or waits to. */
  readonly busy: boolean;
  /** There is a run to go on with. */
  readonly resumable: boolean;
}

/** Keeps VS Code's context keys, telling it only of those that changed. */
export class ContextKeys {
  readonly #told = new Map<string, boolean>();

  set(values: Partial<ContextValues>): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.#told.get(name) === value) continue;
      this.#told.set(name, value);
      void vscode.commands.executeCommand('setContext', `distillery.${name}`, value);
    }
  }
}
