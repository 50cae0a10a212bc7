import { constants, fstatSync, statSync, type BigIntStats } from 'node:fs';
import { lstat, mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { errorCode, fileProblem } from '../fileProblem.js';

/**
 * A folder that was opened once. What is done through it is done in that very folder, wherever it is moved meanwhile,
 * and never through a link that somebody put inside it.
 *
 * On Linux its entries are reached through the open folder itself (`/proc/self/fd/<n>/<name>`, as `openat(2)` does).
 * Elsewhere each use first looks whether the name still leads to the folder; a moment remains between that and the use.
 */
export class OpenedFolder {
  /** The name that it was opened by: for messages, and for other processes. */
  readonly path: string;
  /** Null where the system opens no folders. */
  readonly #handle: FileHandle | null;
  readonly #identity: string;
  /** Leads to the opened folder itself; null where the system has no such path. */
  readonly #through: string | null;
  #isClosed = false;

  private constructor({ path, handle, identity }: { path: string; handle: FileHandle | null; identity: string }) {
    this.path = path;
    this.#handle = handle;
    this.#identity = identity;
    const through = handle === null ? null : `/proc/self/fd/${handle.fd.toString()}`;
    this.#through = through !== null && identityAt(through) === identity ? through : null;
  }

  /**
   * Opens a folder that a person named; links on the way to it are theirs.
   * @throws ProblemError `file-missing`, `not-a-folder`, `no-permission`
   */
  static async open(path: string): Promise<OpenedFolder> {
    return opened({ path, via: path, links: 'follow' }, (parts) => new OpenedFolder(parts));
  }

  /**
   * Opens a folder in this one, and makes it first where asked to. A link in its place is refused: whoever wrote through
   * it would write where a cloned repository wants.
   * @throws ProblemError `linked`, `folder-moved`, `not-a-folder`, …
   */
  async inner(name: string, { make = false }: { make?: boolean } = {}): Promise<OpenedFolder> {
    const path = join(this.path, name);
    const via = this.at(name);
    if (make) {
      await mkdir(via).catch((error: unknown) => {
        if (errorCode(error) !== 'EEXIST') throw this.problemOf(error, { name, attempt: 'make the folder' });
      });
    }
    return opened({ path, via, links: 'refuse' }, (parts) => new OpenedFolder(parts));
  }

  /**
   * The path by which this process reaches an entry of the folder, while it is open. Other processes cannot use it.
   * @throws ProblemError `folder-moved` where the name is all there is to reach it by, and leads elsewhere now
   */
  at(name: string): string {
    if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name)) throw new Error(`"${name}" is no entry`);
    return join(this.#here(), name);
  }

  #here(): string {
    // Its number may be that of another folder by now.
    if (this.#isClosed) throw new Error(`${this.path} was closed already`);
    if (this.#through !== null) return this.#through;
    this.mustStand();
    return this.path;
  }

  /** The names of what is in it. @throws ProblemError `no-permission`, … */
  async names(): Promise<string[]> {
    try {
      return await readdir(this.#here());
    } catch (error) {
      throw fileProblem(error, { path: this.path, attempt: 'look into the folder' });
    }
  }

  /** After this what was renamed in it survives a power failure. Windows has no such call for folders and needs none. */
  async sync(): Promise<void> {
    try {
      await this.#handle?.sync();
    } catch (error) {
      // Some network file systems cannot flush a folder; the contents themselves are flushed already.
      if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(errorCode(error) ?? '')) throw error;
    }
  }

  /** The path of an entry for a person to read. */
  nameOf(name: string): string {
    return join(this.path, name);
  }

  /** Whether its name still leads to it: false once it was moved, replaced or deleted. */
  stands(): boolean {
    return identityAt(this.path) === this.#identity;
  }

  /** @throws ProblemError `folder-moved` */
  mustStand(): void {
    if (!this.stands()) throw folderMoved(this.path);
  }

  /** Whether the folder itself was deleted: what is written into it is lost. False where the system does not tell. */
  isDeleted(): boolean {
    return this.#handle !== null && this.#through !== null && fstatSync(this.#handle.fd).nlink === 0;
  }

  /** Whether {@link at} leads anywhere. */
  canBeReached(): boolean {
    return !this.#isClosed && (this.#through === null ? this.stands() : !this.isDeleted());
  }

  /** What went wrong with an entry, in words: that the folder was deleted, where that is why. */
  problemOf(error: unknown, { name, attempt }: { name: string; attempt: string }): ProblemError {
    if (!this.#isClosed && this.isDeleted()) return folderMoved(this.path);
    return fileProblem(error, { path: this.nameOf(name), attempt });
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#handle?.close().catch(() => undefined);
  }
}

interface Parts {
  readonly path: string;
  readonly handle: FileHandle | null;
  readonly identity: string;
}

async function opened<Folder>(
  { path, via, links }: { path: string; via: string; links: 'follow' | 'refuse' },
  make: (parts: Parts) => Folder,
): Promise<Folder> {
  const attempt = 'look into the folder';
  let handle: FileHandle | null = null;
  try {
    const found = links === 'follow' ? await stat(via, { bigint: true }) : await lstat(via, { bigint: true });
    if (found.isSymbolicLink()) throw linked(path);
    if (process.platform === 'win32') return make({ path, handle, identity: identityOf(found) });
    const nofollow = links === 'follow' ? 0 : constants.O_NOFOLLOW;
    handle = await open(via, constants.O_RDONLY | constants.O_DIRECTORY | nofollow);
    return make({ path, handle, identity: identityOf(await handle.stat({ bigint: true })) });
  } catch (error) {
    await handle?.close();
    if (links === 'refuse' && errorCode(error) === 'ELOOP') throw linked(path);
    throw fileProblem(error, { path, attempt });
  }
}

/** A link stands where a file or folder of ours is to be written. */
export function linked(path: string): ProblemError {
  return new ProblemError({
    code: 'linked',
    message:
      'A link stands here, and Distillery writes through none: in a folder from somebody else it could lead anywhere.',
    fix: 'Put the folder or the file itself here. To keep runs, their cache and data sets on another disk, name a folder there as the runs folder, as `--runs FOLDER`.',
    place: { file: path },
  });
}

export function folderMoved(path: string): ProblemError {
  return new ProblemError({
    code: 'folder-moved',
    message: 'The folder was moved, replaced or deleted while it was in use. Nothing was written in its old place.',
    fix: 'Move it back and resume the run, or resume it where it lies now.',
    place: { file: path },
  });
}

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev.toString()}:${ino.toString()}`;

function identityAt(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : identityOf(found);
}
