import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { clearDrafts, draftOf, isDraftOf } from './draft.js';
import { errorCode, fileProblem } from './fileProblem.js';

/**
 * Writes a file so that a reader finds the old contents or the new ones and never a part, whatever happens:
 * a new file beside it, flushed to the disk, takes its place by rename. What killed processes left of the same file goes.
 * @param contents or what writes them, where they are too large to be held at once
 * @throws ProblemError `disk-full`, `no-permission`, …; the old file is untouched then
 */
export async function writeFileAtomic(
  path: string,
  contents: Uint8Array | string | ((file: FileHandle) => Promise<void>),
): Promise<void> {
  const temporary = await draftOf(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      if (typeof contents === 'function') await contents(file);
      else await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await replace({ from: temporary, to: path });
    await syncFolder(dirname(path));
    await clearDrafts(dirname(path), isDraftOf(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileProblem(error, { path, attempt: 'write the file' });
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

/** After this a rename survives a power failure. Windows has no such call for folders and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems cannot flush a folder; the contents themselves are flushed already.
    if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
