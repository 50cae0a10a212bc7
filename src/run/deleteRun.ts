import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileProblem } from '../node/fileProblem.js';
import type { RunFolder } from './folder.js';
import { openRuns } from './openRuns.js';

/**
 * Deletes a run folder for good. Of one that is a link the link goes, and what it leads to stays.
 * @throws ProblemError `linked` where the runs folder is a link that may have come with a repository; `no-permission`, …
 */
export async function deleteRun({ path, id }: RunFolder): Promise<void> {
  const runs = await openRuns(dirname(path));
  try {
    await rm(runs.at(id), { recursive: true, force: true });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'delete the run' });
  } finally {
    await runs.close();
  }
}
