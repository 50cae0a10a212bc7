import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProblemError } from '../core/problem.js';
import { folderMoved, type OpenedFolder } from '../node/files/openedFolder.js';
import type { OwnFile } from '../node/files/ownFile.js';
import { logitsFolder, runFiles, type RunFolder } from './folder.js';
import { openRuns } from './openRuns.js';

/** That a process has a run for itself. */
export interface RunClaim {
  /** The how manieth claim on the run it is, from 1: what an earlier one writes after a later one is void. */
  readonly turn: number;
  /** @throws ProblemError `run-taken` */
  readonly mustStand: () => void;
}

/**
 * A run folder that was opened for writing. All that is written into a run goes through one of these: into that very
 * folder, wherever it is moved meanwhile, and never through a link.
 */
export class OpenedRun {
  /** Its paths as they were when it was opened: for reading and for messages. */
  readonly paths: RunFolder;
  readonly folder: OpenedFolder;
  #logits: Promise<OpenedFolder> | null = null;
  #claim: RunClaim | null = null;

  /** @param folder the opened folder of the run; it is closed with this */
  constructor(paths: RunFolder, folder: OpenedFolder) {
    this.paths = paths;
    this.folder = folder;
  }

  /**
   * @throws ProblemError `linked` where the folder, or the runs folder or `.distillery` above it, is a link;
   *   `file-missing`, `no-permission`, …
   */
  static async open(paths: RunFolder): Promise<OpenedRun> {
    const runs = await openRuns(dirname(paths.path));
    try {
      return new OpenedRun(paths, await runs.inner(paths.id));
    } finally {
      await runs.close();
    }
  }

  /** From now on it is written to only while a claim on it stands. */
  claimedBy(claim: RunClaim): void {
    this.#claim = claim;
  }

  /** The turn of who writes here; null for who has not claimed the run. */
  get turn(): number | null {
    return this.#claim?.turn ?? null;
  }

  /** @throws ProblemError `run-taken` once another process has claimed what this one had */
  readonly mayWrite = (): void => this.#claim?.mustStand();

  /** One of its files, to be written. */
  file(file: keyof typeof runFiles): OwnFile {
    return { folder: this.folder, name: runFiles[file], mayWrite: this.mayWrite };
  }

  /**
   * Why this is not the run any more that lies at its path: it was moved, another lies in its place, or it was deleted.
   * Null where it is. Cheap enough to ask several times a second.
   */
  lost(): ProblemError | null {
    return this.folder.stands() && existsSync(this.folder.at(runFiles.record)) ? null : folderMoved(this.paths.path);
  }

  /** Whether what is written into it now is lost: it was deleted, or is being deleted. */
  isDeleted(): boolean {
    return !this.folder.canBeReached() || !existsSync(this.folder.at(runFiles.record));
  }

  /** The folder of its logits, made where it is not there. @throws ProblemError `linked`, `disk-full`, … */
  logits(): Promise<OpenedFolder> {
    this.#logits ??= this.folder.inner(logitsFolder, { make: true });
    return this.#logits;
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    await (await this.#logits?.catch(() => null))?.close();
    await this.folder.close();
  }
}

/** Opens a run for as long as something is done with it. @throws ProblemError as {@link OpenedRun.open} */
export async function withRun<T>(paths: RunFolder, use: (run: OpenedRun) => T | Promise<T>): Promise<T> {
  const run = await OpenedRun.open(paths);
  try {
    return await use(run);
  } finally {
    await run.close();
  }
}
