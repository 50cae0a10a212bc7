import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { clearDrafts, draftOf, isDraftOf } from './draft.js';
import { errorCode, fileProblem } from '../fileProblem.js';
import { OpenedFolder } from './openedFolder.js';
import type { OwnFile } from './ownFile.js';

/** What a file is to hold, or what writes it where that is too large to be held at once. */
export type Contents = Uint8Array | string | ((file: FileHandle) => Promise<void>);

/**
/** What else becomes of a file that is written, and of the one before it. */
export interface AtomicOptions {
  /** Reads the new file back before it takes its place, and throws where it is not as it was written. */
  readonly check?: (draft: string) => Promise<void>;
  /**
   * A name in the same folder under which the old file stays. Whoever is killed in the middle leaves the old one there, and
   * none in its place.
   */
  readonly keepAs?: string;
}

/**
 * Writes a file of ours so that a reader finds the old contents or the new ones and never a part, whatever happens:
 * a new file beside it, flushed to the disk, takes its place by rename. A link in its place is replaced, and never
 * written through. What killed processes left of the same file goes.
 * @throws ProblemError `disk-full`, `no-permission`, `folder-moved` where the folder was deleted, …, and what `mayWrite`
 *   of the file throws; the old file is untouched then
 */
export async function writeFileAtomic(
  { folder, name, mayWrite }: OwnFile,
  contents: Contents,
  { check, keepAs }: AtomicOptions = {},
): Promise<void> {
  const draft = await draftOf(name);
  try {
    const file = await open(folder.at(draft), 'wx');
    try {
      if (typeof contents === 'function') await contents(file);
      else await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await check?.(folder.at(draft));
    mayWrite?.();
    if (keepAs !== undefined) await keep({ from: folder.at(name), to: folder.at(keepAs) });
    await replace({ from: folder.at(draft), to: folder.at(name) });
    await folder.sync();
    await clearDrafts(folder, isDraftOf(name));
  } catch (error) {
    // What kept the file from being written may keep its draft from being deleted: that is not the problem to tell.
    if (folder.canBeReached()) await rm(folder.at(draft), { force: true }).catch(() => undefined);
    throw folder.problemOf(error, { name, attempt: 'write the file' });
  }
}

/**
 * Writes a file that a person has named, such as an export, in the same way. Links on the way to it are theirs.
 * @param makeFolder makes the folder first, and those above it
 * @throws ProblemError as {@link writeFileAtomic}
 */
export async function writeNamedFile(
  path: string,
  contents: Contents,
  { makeFolder = false }: { makeFolder?: boolean } = {},
): Promise<void> {
  let folder: OpenedFolder | null = null;
  try {
    if (makeFolder) await mkdir(dirname(path), { recursive: true });
    folder = await OpenedFolder.open(dirname(path));
    await writeFileAtomic({ folder, name: basename(path) }, contents);
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'write the file' });
  } finally {
    await folder?.close();
  }
}

/** There is none before the first. */
async function keep(places: { from: string; to: string }): Promise<void> {
  await replace(places).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}

/**
 * Gives a file of ours another name in its folder, in place of whatever has that name.
 * @throws ProblemError `file-missing`, `no-permission`, `folder-moved`, …
 */
export async function renameWithin(folder: OpenedFolder, { from, to }: { from: string; to: string }): Promise<void> {
  try {
    await replace({ from: folder.at(from), to: folder.at(to) });
    await folder.sync();
  } catch (error) {
    throw folder.problemOf(error, { name: from, attempt: 'rename the file' });
  }
}

/** Windows refuses to replace a file that someone is just reading: wait for the reader. */
async function replace({ from, to }: { from: string; to: string }): Promise<void> {
  const patience = process.platform === 'win32' ? 20 : 0;
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (!busy || attempt >= patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
