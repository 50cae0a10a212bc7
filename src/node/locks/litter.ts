import { clearDrafts } from '../files/draft.js';
import type { OpenedFolder } from '../files/openedFolder.js';
import { clearLocks } from './lock.js';

/**
 * Deletes what killed processes left in a folder of Distillery's own: files and folders half made, and locks. Nothing of
 * a living process. To be called by whoever is about to write there.
 */
export async function clearLitter(folder: OpenedFolder): Promise<void> {
  await clearDrafts(folder);
  await clearLocks(folder);
}
