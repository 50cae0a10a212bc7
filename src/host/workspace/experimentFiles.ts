import * as vscode from 'vscode';

const pattern = '**/*.distill.json';

/** The experiment files of the workspace, kept up to date. Nothing is searched before `start`. */
export class ExperimentFiles {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[] = [this.#changed];
  #paths = new Set<string>();
  #started: Promise<void> | null = null;

  /** Absolute paths, sorted. */
  get paths(): readonly string[] {
    return [...this.#paths].sort();
  }

  /** Ends when the workspace was searched. */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  /** Searches anew. */
  async refresh(): Promise<void> {
    const found = await vscode.workspace.findFiles(pattern, '**/{node_modules,.git,.distillery}/**');
    this.#paths = new Set(found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath));
    await vscode.commands.executeCommand('setContext', 'distillery.hasExperiments', this.#paths.size > 0);
    this.#changed.fire();
  }

  /** Tells of a file outside the workspace that belongs in the list: the sample's, where no folder is open. */
  async add(path: string): Promise<void> {
    this.#paths.add(path);
    await vscode.commands.executeCommand('setContext', 'distillery.hasExperiments', true);
    this.#changed.fire();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #begin(): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
    const refresh = (): void => void this.refresh();
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(refresh),
      watcher.onDidDelete(refresh),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    );
    await this.refresh();
  }
}
