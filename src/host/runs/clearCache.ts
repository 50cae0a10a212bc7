import { assertNever } from '../../core/problem.js';
import { bytes } from '../../core/words.js';
import { cachedByKind, cachedFiles, clearCache as clear, type CachedContents } from '../../data/cache/cacheContents.js';
import { confirmed, showBriefly, showInfo } from '../shown/messages.js';

/** Asks, and deletes what runs folders keep that can be made again. @throws ProblemError when it could not be deleted */
export async function clearCache(runsFolders: readonly string[]): Promise<void> {
  const files = (await Promise.all(runsFolders.map(cachedFiles))).flat();
  const size = files.reduce((sum, each) => sum + each.bytes, 0);
  if (size === 0) {
    void showInfo('Nothing is cached.');
    return;
  }
  const parts = cachedByKind(files).map((part) => `${nounOf(part.kind)}: ${bytes(part.bytes)}`);
  const detail = `${parts.join('\n')}\n\nAll of it can be made again. Runs stay as they are.`;
  if (!(await confirmed('Clear the cache?', { detail, button: 'Clear Cache' }))) return;
  for (const folder of runsFolders) await clear(folder);
  showBriefly(`Cleared ${bytes(size)}.`);
}

/** What a kind of cached files is called in a list. */
export function nounOf(kind: CachedContents['kind']): string {
  switch (kind) {
    case 'logits':
      return 'Logits of teachers';
    case 'features':
      return 'Features of frozen networks';
    case 'pictures':
      return 'Pictures for the panel';
    case 'decoded':
      return 'Decoded pictures';
    case 'unknown':
      return 'Other files';
    default:
      return assertNever(kind);
  }
}
