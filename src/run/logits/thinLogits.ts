import { rm, stat } from 'node:fs/promises';
import { ProblemError } from '../../core/problem.js';
import { keptEpochs, mostKept, type KeptLogits } from '../../core/spec/parts/keepSpec.js';
import type { EntryOf } from '../log/entry.js';
import { fileProblem } from '../../node/fileProblem.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { logitsFolder, type RunFolder } from '../folder.js';
import { withRun } from '../openedRun.js';

/** A file of logits as it lies in a run folder. */
export interface LogitsFile {
  readonly name: string;
  readonly epoch: number;
  readonly bytes: number;
}

/** What of an epoch decides whether its logits stay. */
export type JudgedEpoch = Pick<EntryOf<'epoch'>, 'epoch' | 'validation'>;

/** The epoch with the highest accuracy on validation, the first of equals; null where there is no validation. */
export function bestEpoch(history: readonly JudgedEpoch[]): number | null {
  let best: { epoch: number; accuracy: number } | null = null;
  for (const { epoch, validation } of history) {
    if (validation === undefined) continue;
    if (best === null || validation.accuracy > best.accuracy) best = { epoch, accuracy: validation.accuracy };
  }
  return best?.epoch ?? null;
}

/**
 * The files of logits that do not stay. What lies there of later epochs than the log knows is not touched: whoever
 * resumes writes it anew.
 * @param history of the epochs that are over
 * @throws ProblemError `linked`, `no-permission`, …
 */
export async function surplusLogits(
  folder: RunFolder,
  { history, logits }: { history: readonly JudgedEpoch[]; logits: KeptLogits },
): Promise<LogitsFile[]> {
  const last = history.at(-1)?.epoch;
  if (last === undefined || logits === 'all') return [];
  return (await withLogits(folder, (inside) => surplusIn(inside, { history, logits, last }))) ?? [];
}

/**
 * Deletes the files of logits that do not stay.
 * @returns those that are gone
 * @throws ProblemError `linked`, `no-permission`, …
 */
export async function thinLogits(
  folder: RunFolder,
  { history, logits }: { history: readonly JudgedEpoch[]; logits: KeptLogits },
): Promise<LogitsFile[]> {
  if (history.length === 0 || logits === 'all') return [];
  return (await withLogits(folder, (inside) => thinIn(inside, { history, logits }))) ?? [];
}

/** As `thinLogits`, in the opened folder of a run's logits. */
export async function thinIn(
  inside: OpenedFolder,
  { history, logits }: { history: readonly JudgedEpoch[]; logits: KeptLogits },
): Promise<LogitsFile[]> {
  const last = history.at(-1)?.epoch;
  if (last === undefined || logits === 'all') return [];
  try {
    const surplus = await surplusIn(inside, { history, logits, last });
    for (const { name } of surplus) await rm(inside.at(name), { force: true });
    return surplus;
  } catch (error) {
    throw fileProblem(error, { path: inside.path, attempt: 'thin the logits' });
  }
}

async function surplusIn(
  inside: OpenedFolder,
  { history, logits, last }: { history: readonly JudgedEpoch[]; logits: KeptLogits; last: number },
): Promise<LogitsFile[]> {
  const files = await filesIn(inside);
  // The last epoch's are never made smaller: they say how large one is.
  const bytesPerEpoch = files.filter(({ epoch }) => epoch === last).reduce((sum, { bytes }) => sum + bytes, 0);
  const most = mostKept(logits, { bytesPerEpoch });
  const kept = new Set(keptEpochs({ last, best: bestEpoch(history), most }));
  return files.filter(({ epoch }) => epoch < last && !kept.has(epoch));
}

async function filesIn(inside: OpenedFolder): Promise<LogitsFile[]> {
  const files: LogitsFile[] = [];
  for (const name of await inside.names()) {
    const [, epoch] = /^(?:validation|test)-(\d+)\.safetensors$/.exec(name) ?? [];
    if (epoch === undefined) continue;
    const found = await stat(inside.at(name)).catch(() => null);
    if (found?.isFile() === true) files.push({ name, epoch: Number(epoch), bytes: found.size });
  }
  return files;
}

/** Null where a run has stored no logits yet. */
function withLogits<T>(folder: RunFolder, work: (inside: OpenedFolder) => Promise<T>): Promise<T | null> {
  return withRun(folder, async (run) => {
    let inside: OpenedFolder | null = null;
    try {
      inside = await run.folder.inner(logitsFolder);
      return await work(inside);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'file-missing') return null;
      throw error;
    } finally {
      await inside?.close();
    }
  });
}
