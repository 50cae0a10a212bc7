import { readRuns } from '../run/run.js';
import type { ListedRun } from './listedRun.js';

const pollMs = 1000;

/** The live list of the runs of some runs folders. Nothing is read before `start`. */
export class WorkspaceRuns {
  readonly #listeners = new Set<() => void>();
  #folders: readonly string[];
  #runs: readonly ListedRun[] = [];
  #started: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #disposed = false;
  #listed = false;

  constructor({ folders }: { folders: readonly string[] }) {
    this.#folders = folders;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  get runs(): readonly ListedRun[] {
    return this.#runs;
  }

  /** Whether the runs were listed. */
  get isListed(): boolean {
    return this.#listed;
  }

  find(path: string): ListedRun | null {
    return this.#runs.find(({ folder }) => folder.path === path) ?? null;
  }

  /** Reads the runs; ends when they are there, and keeps them up to date from then on. */
  start(): Promise<void> {
    this.#started ??= this.refresh();
    return this.#started;
  }

  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    if (this.#started !== null) await this.refresh();
  }

  /** Adds a runs folder that is none of the workspace's. */
  async addFolder(folder: string): Promise<void> {
    if (!this.#folders.includes(folder)) await this.setFolders([...this.#folders, folder]);
  }

  async refresh(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const found = await Promise.all(this.#folders.map((folder) => readRuns(folder)));
    if (this.#disposed) return;
    this.#listed = true;
    this.#runs = found.flat().map((run) => {
      if (run.kind === 'damaged') return run;
      const { folder, record, state } = run;
      const fraction = state.steps === null ? null : state.step / state.steps;
      return { kind: 'run', folder, record, summary: { ...state, fraction } };
    });
    for (const listener of this.#listeners) listener();
    this.#timer = setTimeout(() => void this.refresh(), pollMs);
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#listeners.clear();
  }
}
