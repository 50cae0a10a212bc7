import { ProblemError } from '../core/problem.js';
import type { RunFolder } from '../run/folder.js';
import { readSafetensors, writeSafetensors } from '../run/safetensors.js';

/** Writes the weights of a run's last checkpoint without what only its training needs. */
export async function writeWeights(folder: RunFolder, target: string): Promise<void> {
  const { tensors } = await readSafetensors(folder.checkpoint);
  const weights = Object.entries(tensors).filter(([name]) => !name.startsWith('optimizer.'));
  if (weights.length === 0) {
    throw new ProblemError({
      code: 'no-weights',
      message: `The checkpoint of ${folder.id} holds no weights.`,
      mend: 'Resume the run; it writes another one.',
      place: { file: folder.checkpoint },
    });
  }
  await writeSafetensors(target, Object.fromEntries(weights), { format: 'pt', run: folder.id });
}
