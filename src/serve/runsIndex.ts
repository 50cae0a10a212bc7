import { existsSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExperimentHomes, type Homeless } from '../run/experiment/experimentHome.js';
import { runFolder } from '../run/folder.js';
import { listRuns } from '../run/runsFolder.js';
import type { ListedRun } from './listedRun.js';
import { RunGlance } from './runGlance.js';

/** How often runs that are being trained are looked at, and how often all are: notices of the system may be lost. */
const liveMs = 500;
const sweepMs = 4000;
/** Folders looked at at once. */
const concurrency = 48;

/** The live list of the runs of some runs folders, oldest first. Nothing is read before `start`. */
export class RunsIndex {
  readonly #listeners = new Set<(changed: ReadonlySet<string>) => void>();
  readonly #glances = new Map<string, RunGlance>();
  #watchers: { close(): void }[] = [];
  #folders: readonly string[];
  readonly #experiments: () => readonly string[];
  #homes = new ExperimentHomes();
  #runs: readonly ListedRun[] = [];
  #started: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #wanted: 'live' | 'all' | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastSweep = 0;
  #listed = false;
  #disposed = false;

  /** @param experiments files to look among for the experiments of runs that lie where they were not */
  constructor({
    folders,
    experiments = () => [],
  }: {
    folders: readonly string[];
    experiments?: () => readonly string[];
  }) {
    this.#folders = folders;
    this.#experiments = experiments;
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

  /** Where the experiment of a run lies now. */
  homeOf(run: Homeless): Promise<string | null> {
    return this.#homes.of(run);
  }

  find(path: string): ListedRun | null {
    return this.#glances.get(path)?.listed ?? null;
  }

  /** Reads the runs; ends when they are there, and keeps them up to date from then on. */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    if (this.#started === null) return;
    this.#watch();
    await this.refresh();
  }

  /** Adds a runs folder that is none of the workspace's. */
  async addFolder(folder: string): Promise<void> {
    if (!this.#folders.includes(folder)) await this.setFolders([...this.#folders, folder]);
  }

  /** Looks at all runs now. */
  async refresh(): Promise<void> {
    await this.#look('all');
  }

  /** @param listener is told the paths of the runs that have changed, come or gone */
  onChange(listener: (changed: ReadonlySet<string>) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
    this.#listeners.clear();
  }

  async #begin(): Promise<void> {
    this.#watch();
    await this.#look('all');
    this.#schedule();
  }

  #schedule(): void {
    if (this.#disposed) return;
    this.#timer = setTimeout(() => {
      const due = Date.now() - this.#lastSweep >= sweepMs ? 'all' : 'live';
      void this.#look(due).finally(() => this.#schedule());
    }, liveMs);
  }

  /** One look at a time; what is asked for meanwhile is done once, afterwards. */
  #look(what: 'live' | 'all'): Promise<void> {
    if (this.#wanted !== 'all') this.#wanted = what;
    this.#looking ??= this.#drain().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #drain(): Promise<void> {
    for (let what = this.#takeWanted(); what !== null; what = this.#takeWanted()) await this.#lookAt(what);
  }

  #takeWanted(): 'live' | 'all' | null {
    const wanted = this.#wanted;
    this.#wanted = null;
    return wanted;
  }

  async #lookAt(what: 'live' | 'all'): Promise<void> {
    const changed = new Set<string>();
    if (what === 'all') {
      this.#lastSweep = Date.now();
      this.#homes = new ExperimentHomes({ known: this.#experiments(), before: this.#homes });
      await this.#list(changed);
    }
    const glances = [...this.#glances.values()].filter(
      (glance) => what === 'all' || glance.listed === null || glance.isLive,
    );
    let next = 0;
    const work = async (): Promise<void> => {
      for (let glance = glances[next++]; glance !== undefined && !this.#disposed; glance = glances[next++]) {
        if (await glance.look(this.#homes)) changed.add(glance.folder.path);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    const first = !this.#listed;
    this.#listed = true;
    if (this.#disposed || (changed.size === 0 && !first)) return;
    this.#runs = [...this.#glances.values()].map(({ listed }) => listed).filter((run) => run !== null);
    for (const listener of [...this.#listeners]) listener(changed);
  }

  /** Brings the glances in line with the folders that are there, in their order. */
  async #list(changed: Set<string>): Promise<void> {
    const paths: string[] = [];
    for (const folder of this.#folders) {
      // A folder that cannot be read has no runs to list; what is wrong with it is said when it is written to.
      const ids = await listRuns(folder).catch(() => []);
      paths.push(...ids.map((id) => join(folder, id)));
    }
    const known = new Map(this.#glances);
    this.#glances.clear();
    for (const path of paths) {
      this.#glances.set(path, known.get(path) ?? new RunGlance(runFolder(path)));
      known.delete(path);
    }
    for (const path of known.keys()) changed.add(path);
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = this.#folders.flatMap((folder) => {
      const awaited = nearestFolder(folder);
      try {
        const watcher = watch(awaited, () => {
          // What is waited for has come nearer, or is there.
          if (awaited !== folder && nearestFolder(folder) !== awaited) this.#watch();
          void this.#look('all');
        });
        watcher.on('error', () => watcher.close());
        return [watcher];
      } catch {
        return [];
      }
    });
  }
}

/** The folder itself, or the nearest above it that is there: a runs folder is made by its first run. */
function nearestFolder(folder: string): string {
  const parent = dirname(folder);
  return parent === folder || existsSync(folder) ? folder : nearestFolder(parent);
}
