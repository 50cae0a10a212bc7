import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listRuns } from '../../run/runsFolder.js';

/** So many of the latest runs are looked at: of a thousand folders only a few can be at work. */
const looked = 20;

/** What names alone tell of runs folders: whether there are runs, and whether a trainer may be at one of the latest. */
export async function glance(runsFolders: readonly string[]): Promise<{ hasRuns: boolean; mayRun: boolean }> {
  let hasRuns = false;
  for (const folder of runsFolders) {
    const ids = await listRuns(folder).catch(() => []);
    hasRuns ||= ids.length > 0;
    for (const id of ids.slice(-looked)) {
      const names = await readdir(join(folder, id)).catch(() => []);
      if (names.some((name) => name.startsWith('trainer.') && name.endsWith('.lock'))) return { hasRuns, mayRun: true };
    }
  }
  return { hasRuns, mayRun: false };
}
