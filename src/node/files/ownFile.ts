import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { errorCode } from '../fileProblem.js';
import { linked, type OpenedFolder } from './openedFolder.js';
import { notRegular } from './regularFile.js';

/** A file of ours by its place: a folder that was opened once, and a name in it. */
export interface OwnFile {
  readonly folder: OpenedFolder;
  readonly name: string;
  /** Asked right before something is written there. @throws what keeps this process from it: another one has it now */
  readonly mayWrite?: () => void;
}

/** How a file of ours is opened for writing. */
export interface OwnOpening {
  /** Of `open(2)`, such as `O_WRONLY | O_CREAT | O_EXCL`. */
  readonly flags: number;
  /** What it is for, as in "could not <attempt>": `open the log`. */
  readonly attempt: string;
}

/**
 * Opens a file of ours for writing: never through a link, and only a regular file, without waiting for anybody. Where a
 * link or a pipe stands in its place somebody else put it there.
 * @throws ProblemError `linked`, `not-a-regular-file`, `folder-moved`, `no-permission`, `disk-full`, …
 */
export async function openOwn({ folder, name }: OwnFile, { flags, attempt }: OwnOpening): Promise<FileHandle> {
  let file: FileHandle | null = null;
  try {
    const path = folder.at(name);
    refuseLink({ folder, name });
    file = await open(path, flags | guards);
    if (!(await file.stat()).isFile()) throw notRegular(folder.nameOf(name));
    return file;
  } catch (error) {
    await file?.close();
    throw notOpened(error, { folder, name }, attempt);
  }
}

/** The same for who cannot wait. @returns the descriptor, which the caller closes */
export function openOwnSync({ folder, name }: OwnFile, { flags, attempt }: OwnOpening): number {
  let file: number | null = null;
  try {
    const path = folder.at(name);
    refuseLink({ folder, name });
    file = openSync(path, flags | guards);
    if (!fstatSync(file).isFile()) throw notRegular(folder.nameOf(name));
    return file;
  } catch (error) {
    if (file !== null) closeSync(file);
    throw notOpened(error, { folder, name }, attempt);
  }
}

/** Windows knows neither. */
const guards = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where the system cannot be told to follow no link, a look must do. */
function refuseLink({ folder, name }: OwnFile): void {
  if (process.platform !== 'win32') return;
  if (lstatSync(folder.at(name), { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw linked(folder.nameOf(name));
  }
}

function notOpened(error: unknown, { folder, name }: OwnFile, attempt: string): Error {
  if (errorCode(error) === 'ELOOP') return linked(folder.nameOf(name));
  // A pipe that nobody reads, or a socket.
  if (errorCode(error) === 'ENXIO') return notRegular(folder.nameOf(name));
  return folder.problemOf(error, { name, attempt });
}
