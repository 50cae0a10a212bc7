import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { distilleryOf } from './cacheFolder.js';
import { fileProblem } from '../node/fileProblem.js';
import { OpenedFolder } from '../node/files/openedFolder.js';

/**
 * Opens a runs folder for writing. Where it is the one that Distillery makes itself, `.distillery/runs`, neither of these
 * may be a link: they may have come with a repository. Links on the way to a folder that a person named are theirs.
 * @param make makes it where it is not there
 * @throws ProblemError `linked`, `file-missing`, `no-permission`, …
 */
export async function openRuns(runsDir: string, { make = false }: { make?: boolean } = {}): Promise<OpenedFolder> {
  const path = resolve(runsDir);
  const home = distilleryOf(path);
  if (home === null) {
    if (make) await makeFolder(path);
    return OpenedFolder.open(path);
  }
  const distillery = await openDistillery(home, { make });
  try {
    return await distillery.inner(basename(path), { make });
  } finally {
    await distillery.close();
  }
}

/**
 * Opens the folder that holds what runs share: `.distillery`, or a runs folder that lies elsewhere.
 * @throws ProblemError as {@link openRuns}
 */
export function openHome(runsDir: string, { make = false }: { make?: boolean } = {}): Promise<OpenedFolder> {
  const home = distilleryOf(runsDir);
  return home === null ? openRuns(runsDir, { make }) : openDistillery(home, { make });
}

/** Opens `.distillery` by its path. @throws ProblemError as {@link openRuns} */
async function openDistillery(home: string, { make }: { make: boolean }): Promise<OpenedFolder> {
  if (make) await makeFolder(dirname(home));
  const around = await OpenedFolder.open(dirname(home));
  try {
    return await around.inner(basename(home), { make });
  } finally {
    await around.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'make the runs folder' });
  }
}
