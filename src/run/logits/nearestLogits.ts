import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { logitsName, type RunFolder, type SplitName } from '../folder.js';
import { readLogits, type Logits } from './logits.js';

/** Logits, and the epoch that they are of. */
export interface NearestLogits extends Logits {
  readonly epoch: number;
}

/**
 * Reads the logits of an epoch, or, where they did not stay, those of the nearest epoch whose did: of two as near the
 * later. What is there and damaged is refused, whichever epoch it is of.
 * @param stored epochs whose logits were stored, that one among them
 * @throws ProblemError `file-missing` where none are left, or what is wrong with the file
 */
export async function readNearestLogits(
  folder: RunFolder,
  { split, epoch, stored }: { split: SplitName; epoch: number; stored: readonly number[] },
): Promise<NearestLogits> {
  return firstThere(nearestFirst(stored, epoch), async (each) => {
    const logits = await readLogits(join(folder.path, logitsName({ split, epoch: each })));
    return { ...logits, epoch: each };
  });
}

/** Epochs by how near they are to one of them. */
export function nearestFirst(stored: readonly number[], epoch: number): number[] {
  return [...stored].sort((a, b) => Math.abs(a - epoch) - Math.abs(b - epoch) || b - a);
}

/** What the first of some epochs has that has a file at all. @throws ProblemError of the first, where none has */
export async function firstThere<T>(epochs: readonly number[], read: (epoch: number) => Promise<T>): Promise<T> {
  let missing: ProblemError | null = null;
  for (const epoch of epochs) {
    try {
      return await read(epoch);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'file-missing') throw error;
      missing ??= error;
    }
  }
  throw missing ?? new Error('there is no epoch to read');
}
