import { bytes, counted } from '../../core/words.js';
import { cachedFiles, clearCache, contentsWords, type CachedFile } from '../../data/cache/cacheContents.js';
import { cacheFolder } from '../../run/cacheFolder.js';
import type { Output } from '../output.js';
import { table, type Column } from '../table.js';

const columns: readonly Column<CachedFile>[] = [
  { title: 'file', cell: ({ path }) => path },
  { title: 'size', align: 'right', cell: (file) => bytes(file.bytes) },
  { title: 'holds', cell: ({ contents }) => contentsWords(contents) },
];

/** `distillery cache`: what runs share and can be made again; with `clear` it is deleted. */
export async function cacheCommand(
  { runsDir, clear, json }: { runsDir: string; clear: boolean; json: boolean },
  output: Output,
): Promise<number> {
  const files = await cachedFiles(runsDir);
  const size = files.reduce((sum, file) => sum + file.bytes, 0);
  if (clear) await clearCache(runsDir);
  if (json) output.result(JSON.stringify(files, null, 2));
  else if (files.length === 0) output.note(`Nothing is cached in ${cacheFolder(runsDir)}.`);
  else {
    output.result(table(files, columns));
    output.note(`${clear ? 'Deleted ' : ''}${counted(files.length, 'file')}, ${bytes(size)}.`);
  }
  return 0;
}
