import { clearDrafts } from './files/draft.js';
import { clearLocks } from './lock.js';

/**
 * Deletes what killed processes left in a folder of Distillery's own: files and folders half made, and locks. Nothing of
 * a living process. To be called by whoever is about to write there.
 */
export async function clearLitter(folder: string): Promise<void> {
  await clearDrafts(folder);
  await clearLocks(folder);
}
