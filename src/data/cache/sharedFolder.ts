import { basename } from 'node:path';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { openHome } from '../../run/openRuns.js';
import { dataFolder } from '../../run/dataFolder.js';
import { cacheFolder } from '../../run/cacheFolder.js';

/** A folder that many runs share, such as the cache. It may be cleared at any time, so it is opened for each use. */
export interface SharedFolder {
  /** For reading, and for messages. */
  readonly path: string;
  /** Opens it for writing, and makes it where it is not there. The caller closes it. @throws ProblemError `linked`, … */
  open(): Promise<OpenedFolder>;
}

/** The cache beside a runs folder, for who has nothing open. */
export function cacheOf(runsDir: string): SharedFolder {
  return besideRuns(runsDir, cacheFolder(runsDir));
}

/** Where data sets are put that are fetched, beside a runs folder. */
export function dataOf(runsDir: string): SharedFolder {
  return besideRuns(runsDir, dataFolder(runsDir));
}

function besideRuns(runsDir: string, path: string): SharedFolder {
  const open = async (): Promise<OpenedFolder> => {
    const home = await openHome(runsDir, { make: true });
    try {
      return await home.inner(basename(path), { make: true });
    } finally {
      await home.close();
    }
  };
  return { path, open };
}

/** The cache beside a runs folder, inside what {@link openHome} has opened: wherever that is moved. */
export function cacheIn(home: OpenedFolder, runsDir: string): SharedFolder {
  const path = cacheFolder(runsDir);
  return { path, open: () => home.inner(basename(path), { make: true }) };
}

/** Does something in a shared folder. @throws ProblemError where it cannot be opened */
export async function withShared<T>(shared: SharedFolder, use: (folder: OpenedFolder) => Promise<T>): Promise<T> {
  const folder = await shared.open();
  try {
    return await use(folder);
  } finally {
    await folder.close();
  }
}
