import { basename, dirname, join, resolve } from 'node:path';

/** The `.distillery` above a runs folder that lies in its usual place; null for any other runs folder. */
export function distilleryOf(runsDir: string): string | null {
  const runs = resolve(runsDir);
  const home = dirname(runs);
  return basename(runs) === 'runs' && basename(home) === '.distillery' ? home : null;
}

/**
 * Where what many runs share is kept: beside a runs folder of `.distillery`, and hidden inside any other. All of it can
 * be made again.
 */
export function cacheFolder(runsDir: string): string {
  const home = distilleryOf(runsDir);
  return home === null ? join(resolve(runsDir), '.cache') : join(home, 'cache');
}
