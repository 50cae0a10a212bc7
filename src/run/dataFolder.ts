import { dirname, join } from 'node:path';
import { cacheFolder } from './cacheFolder.js';

/**
 * Where data sets lie that were fetched: beside the cache, and not inside it, for they cannot be made again without a
 * network.
 */
export function dataFolder(runsDir: string): string {
  const cache = cacheFolder(runsDir);
  return join(dirname(cache), cache.endsWith('.cache') ? '.data' : 'data');
}
