import { constants } from 'node:buffer';
import { totalmem } from 'node:os';
import { ProblemError } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';

/** What pictures may take of the memory; the rest is for the training, the system and everybody else. */
const share = 0.6;

/** Bytes of memory that this process may use: the machine's, or what a container leaves of it. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/**
 * Pictures are kept in memory as bytes, each split in one piece, so whether they fit is known before any is read.
 * @param sizes bytes of each split
 * @throws ProblemError `dataset-too-large`
 */
export function checkMemoryRoom(sizes: readonly number[], { memory = memoryLimit() }: { memory?: number } = {}): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = Math.max(...sizes);
  if (total <= share * memory && largest <= constants.MAX_LENGTH) return;
  const limit =
    total > share * memory
      ? `of the ${words(memory)} of memory at most ${words(share * memory)} are used for pictures`
      : `a split may take ${words(constants.MAX_LENGTH)}`;
  throw new ProblemError({
    code: 'dataset-too-large',
    message: `The pictures would take ${words(total)} in memory, and ${limit}.`,
    fix: 'Use fewer with `data.limit`; pictures of an image folder can be made smaller with `data.size`.',
    place: { path: 'data' },
  });
}
