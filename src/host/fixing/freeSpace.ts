import { statfs } from 'node:fs/promises';
import { bytes, counted } from '../../core/words.js';
import { cachedByKind, cachedFiles, deleteCached, type CachedFile } from '../../data/cache/cacheContents.js';
import { deleteRun } from '../../run/deleteRun.js';
import { prune, pruningOf, type PruneWish, type Pruning } from '../../run/prune.js';
import { readRun, type Run } from '../../run/run.js';
import { runSize } from '../../run/runSize.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { nounOf } from '../runs/clearCache.js';
import { deletionOf } from '../runs/deletion.js';
import { confirmed, showInfo } from '../shown/messages.js';
import { pickMany, type PickItem } from '../shown/pick.js';
import { outcomeWords, runTitle, type ListedRun } from '../workspace/listedRun.js';

interface SpaceItem extends PickItem {
  readonly size: number;
  readonly cached: readonly CachedFile[];
  readonly run: ListedRun | null;
  /** What of runs that stay is to go: their logits between epochs, or weights that nobody needs. */
  readonly thinned: 'logits' | 'checkpoints' | null;
}

/**
 * Shows what takes room beside the runs, and the runs themselves, largest first, and deletes what is chosen: for good,
 * for a trash would keep the room. The cache is chosen already, since all of it can be made again.
 * @throws ProblemError where something could not be deleted
 */
export async function freeSpace(runs: RunsIndex): Promise<void> {
  await runs.start();
  // What ended just now may be deleted.
  await runs.refresh();
  const [folder] = runs.folders;
  const cached = (await Promise.all(runs.folders.map(cachedFiles))).flat();
  const prunings = await pruningsOf(runs.runs);
  const items = [...cacheItems(cached), ...thinningItems(prunings), ...(await runItems(runs.runs))];
  if (items.length === 0) {
    const free = folder === undefined ? '' : ` ${await freeWords(folder)}`;
    void showInfo(`Distillery keeps nothing here that could be deleted.${free}`);
    return;
  }
  const chosen = await pickMany(items, {
    title: 'Free Space',
    placeHolder: folder === undefined ? 'What to delete' : `What to delete. ${await freeWords(folder)}`,
    matchOnDescription: true,
  });
  if (chosen === null || chosen.length === 0) return;
  const size = chosen.reduce((sum, item) => sum + item.size, 0);
  const doomed = chosen.flatMap(({ run }) => run ?? []);
  const thinned = chosen.flatMap((item) => item.thinned ?? []);
  if (doomed.length > 0 && !(await mayDelete(doomed, { among: runs.runs, size }))) return;
  if (thinned.length > 0 && !(await mayThin(chosen.filter((item) => item.thinned !== null)))) return;
  for (const each of runs.folders) {
    await deleteCached(
      each,
      chosen.flatMap((item) => item.cached),
    );
  }
  for (const run of doomed) await deleteRun(run.folder);
  for (const pruning of prunings) {
    const isDoomed = doomed.some(({ folder }) => folder.path === pruning.run.folder.path);
    if (!isDoomed && thinned.length > 0) await prune(thinnedBy(pruning, thinned), wishOf(thinned));
  }
  await runs.refresh();
  void showInfo(`Freed ${bytes(size)}.`);
}

async function mayDelete(
  doomed: readonly ListedRun[],
  { among, size }: { among: readonly ListedRun[]; size: number },
): Promise<boolean> {
  const { detail } = deletionOf(doomed, { among });
  const message = `Delete ${counted(doomed.length, 'run')} permanently?`;
  const more = [detail, `${bytes(size)} will be free. This cannot be undone.`].filter((line) => line !== '').join('\n');
  return confirmed(message, { detail: more, button: 'Delete' });
}

async function mayThin(items: readonly SpaceItem[]): Promise<boolean> {
  const detail = [
    ...items.map(({ label, description }) => `${label}: ${description ?? ''}`),
    'This cannot be undone.',
  ].join('\n');
  return confirmed('Delete these files permanently?', { detail, button: 'Delete' });
}

/** What could go of runs that stay, of the runs that nobody is at. */
async function pruningsOf(listed: readonly ListedRun[]): Promise<Pruning[]> {
  const runs: Run[] = [];
  for (const { kind, folder } of listed) {
    const run = kind === 'run' ? await readRun(folder) : null;
    if (run?.kind === 'run') runs.push(run);
  }
  const wish = { logits: null, checkpoints: true };
  return Promise.all(runs.map((run) => pruningOf(run, { wish, among: runs })));
}

/** As it is done where only one of the two was chosen. */
function thinnedBy(pruning: Pruning, thinned: readonly SpaceItem['thinned'][]): Pruning {
  return thinned.includes('checkpoints') ? pruning : { ...pruning, checkpoint: 0 };
}

function wishOf(thinned: readonly SpaceItem['thinned'][]): PruneWish {
  return { logits: thinned.includes('logits') ? null : 'all', checkpoints: thinned.includes('checkpoints') };
}

function thinningItems(prunings: readonly Pruning[]): SpaceItem[] {
  const item = (thinned: 'logits' | 'checkpoints', sizes: readonly number[], words: readonly [string, string]) => {
    const some = sizes.filter((each) => each > 0);
    const size = some.reduce((sum, each) => sum + each, 0);
    const [label, description] = words;
    const of = `${bytes(size)} · of ${counted(some.length, 'run')} · ${description}`;
    return some.length === 0 ? [] : [{ icon: 'layers', label, description: of, size, cached: [], run: null, thinned }];
  };
  return [
    ...item(
      'logits',
      prunings.map(({ logits }) => logits.bytes),
      ['Logits of epochs between', 'first, best and last stay, and others evenly within 256 MB a run'],
    ),
    ...item(
      'checkpoints',
      prunings.map(({ checkpoint }) => checkpoint),
      ['Weights that no run needs', 'of finished students and baselines: no more exported or gone on with'],
    ),
  ];
}

function cacheItems(files: readonly CachedFile[]): SpaceItem[] {
  return cachedByKind(files)
    .filter((part) => part.bytes > 0)
    .map((part) => ({
      icon: 'database',
      label: nounOf(part.kind),
      description: `${bytes(part.bytes)} · in the cache, can be made again`,
      picked: true,
      size: part.bytes,
      cached: files.filter(({ contents }) => contents.kind === part.kind),
      run: null,
      thinned: null,
    }));
}

/** Runs that a trainer is at are left out. */
async function runItems(runs: readonly ListedRun[]): Promise<SpaceItem[]> {
  const idle = runs.filter((run) => run.kind === 'damaged' || run.summary.state !== 'running');
  const items = await Promise.all(
    idle.map(async (run): Promise<SpaceItem> => {
      const { total: size } = await runSize(run.folder);
      const [label, words] =
        run.kind === 'damaged'
          ? [run.folder.id, 'damaged']
          : [`${run.record.experiment.name}: ${runTitle(run.record.spec)}`, outcomeWords(run.summary)];
      const description = `${bytes(size)} · ${words}`;
      return { icon: 'beaker', label, description, size, cached: [], run, thinned: null };
    }),
  );
  return items.sort((a, b) => b.size - a.size);
}

async function freeWords(folder: string): Promise<string> {
  const found = await statfs(folder).catch(() => null);
  return found === null ? '' : `${bytes(found.bavail * found.bsize)} are free on this disk.`;
}
