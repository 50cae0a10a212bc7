import { relative, sep } from 'node:path';

/**
 * A path as seen from a folder, with `/` on every system: what both lie in may then be moved. Another disk of Windows
 * has no such path, and stays absolute.
 */
export function relativePlace(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}
