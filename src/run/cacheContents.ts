import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cacheFolder.js';
import { errorCode, fileProblem } from './fileProblem.js';

/** A file that many runs share and that can be made again. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
}

/** What is cached beside a runs folder, by name. @throws ProblemError where it cannot be read */
export async function cachedFiles(runsDir: string): Promise<CachedFile[]> {
  const folder = cacheFolder(runsDir);
  try {
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    return await Promise.all(
      names
        .map(({ name }) => join(folder, name))
        .sort()
        .map(async (path) => ({ path, bytes: (await stat(path)).size })),
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the cache' });
  }
}

/** Deletes what is cached beside a runs folder. Runs stay as they are. @throws ProblemError where it cannot be deleted */
export async function clearCache(runsDir: string): Promise<void> {
  const folder = cacheFolder(runsDir);
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw fileProblem(error, { path: folder, attempt: 'clear the cache' });
  }
}
