import { rm, stat } from 'node:fs/promises';
import { defaultKeep, type KeptLogits } from '../core/spec/parts/keepSpec.js';
import { holder } from './claim.js';
import { fileProblem } from '../node/fileProblem.js';
import type { OpenedFolder } from '../node/files/openedFolder.js';
import type { RunFolder } from './folder.js';
import { withRun } from './openedRun.js';
import type { RunRecord } from './record.js';
import { readRun, type Run } from './run.js';
import { isCheckpoint } from './runSize.js';
import { linkOf } from './runsFolder.js';
import { surplusLogits, thinLogits } from './logits/thinLogits.js';

/** What a person wants less of. */
export interface PruneWish {
  /** Null: what each run's experiment said, or the default where it said nothing. */
  readonly logits: KeptLogits | null;
  /** Also the checkpoints of finished students and baselines that nobody goes on from or learns from. */
  readonly checkpoints: boolean;
}

/** What would go of a run. */
export interface Pruning {
  readonly run: Run;
  readonly logits: { readonly files: number; readonly bytes: number };
  /** Bytes; 0 where it stays. */
  readonly checkpoint: number;
}

/** What is needed of the other runs of a folder: whose checkpoints they use. */
type Relative = { readonly record: Pick<RunRecord, 'teachers' | 'continuedFrom'> };

/**
 * What would go of a run by a person's wish; nothing while a trainer is at it, or where it is a link. Its last logits stay, and first and best.
 * @param among all runs of its folder
 */
export async function pruningOf(
  run: Run,
  { wish, among }: { wish: PruneWish; among: readonly Relative[] },
): Promise<Pruning> {
  const nothing = { run, logits: { files: 0, bytes: 0 }, checkpoint: 0 };
  if (await isLeftAlone(run)) return nothing;
  const surplus = await surplusLogits(run.folder, { history: run.state.history, logits: keptOf(run, wish) });
  const bytes = surplus.reduce((sum, file) => sum + file.bytes, 0);
  const checkpoint = wish.checkpoints && isSpare(run, among) ? await checkpointBytes(run.folder) : 0;
  return { run, logits: { files: surplus.length, bytes }, checkpoint };
}

/**
 * Deletes what was listed, as far as it still may go: a run that a trainer has taken meanwhile is left alone.
 * @returns bytes that are free now
 * @throws ProblemError where something cannot be deleted
 */
export async function prune({ run, checkpoint }: Pruning, wish: PruneWish): Promise<number> {
  const now = await readRun(run.folder);
  if (now.kind === 'damaged' || (await isLeftAlone(now))) return 0;
  const gone = await thinLogits(run.folder, { history: now.state.history, logits: keptOf(run, wish) });
  const freed = checkpoint > 0 && now.state.state === 'finished' ? await deleteCheckpoints(run.folder) : 0;
  return gone.reduce((sum, { bytes }) => sum + bytes, freed);
}

function keptOf({ record }: Run, { logits }: PruneWish): KeptLogits {
  return logits ?? record.execution.keep?.logits ?? defaultKeep.logits;
}

/** A run that a trainer is at, or that lies elsewhere and is only linked here. */
async function isLeftAlone({ folder, state }: Pick<Run, 'folder' | 'state'>): Promise<boolean> {
  return state.state === 'running' || (await linkOf(folder)) !== null || (await holder(folder)) !== null;
}

/** Whether nothing that is there needs its weights. A teacher may be asked for by the next student. */
function isSpare({ folder, record, state }: Run, among: readonly Relative[]): boolean {
  if (state.state !== 'finished' || record.spec.role === 'teacher') return false;
  return !among.some(({ record: { teachers, continuedFrom } }) => {
    return teachers.includes(folder.id) || continuedFrom?.run === folder.id;
  });
}

async function checkpointBytes(folder: RunFolder): Promise<number> {
  return inFolder(folder, async (opened, names) => {
    const sizes = await Promise.all(
      names.map((name) =>
        stat(opened.at(name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  });
}

async function deleteCheckpoints(folder: RunFolder): Promise<number> {
  const bytes = await checkpointBytes(folder);
  await inFolder(folder, async (opened, names) => {
    for (const name of names) await rm(opened.at(name), { force: true });
  });
  return bytes;
}

function inFolder<T>(
  folder: RunFolder,
  work: (opened: OpenedFolder, checkpoints: readonly string[]) => Promise<T>,
): Promise<T> {
  return withRun(folder, async (run) => {
    try {
      return await work(run.folder, (await run.folder.names()).filter(isCheckpoint));
    } catch (error) {
      throw fileProblem(error, { path: folder.path, attempt: 'thin the run' });
    }
  });
}
