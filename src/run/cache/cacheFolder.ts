import { basename, dirname, join, resolve } from 'node:path';

/**
 * Where what many runs share is kept: beside a runs folder of `.distillery`, and hidden inside any other. All of it can
 * be made again.
 */
export function cacheFolder(runsDir: string): string {
  const runs = resolve(runsDir);
  const home = dirname(runs);
  const usual = basename(runs) === 'runs' && basename(home) === '.distillery';
  return usual ? join(home, 'cache') : join(runs, '.cache');
}
