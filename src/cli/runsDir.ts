import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The runs folder: the one that was named, else `.distillery/runs` in the nearest folder, from the current one upwards,
 * that has `.distillery`, else in the current one. It need not exist.
 */
export function runsDirOf({ named, current }: { named: string | null; current: string }): string {
  if (named !== null) return resolve(current, named);
  for (let folder = resolve(current); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.distillery'))) return join(folder, '.distillery', 'runs');
    if (dirname(folder) === folder) return join(resolve(current), '.distillery', 'runs');
  }
}
