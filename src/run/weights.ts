import { ProblemError } from '../core/problem.js';
import type { RunFolder } from './folder.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

/**
 * Writes the weights of a run's last checkpoint without what only its training needs: a PyTorch state dict, by its names
 * and in its layout.
 * @throws ProblemError `no-weights`, `file-missing` where there is no checkpoint yet, or what is wrong with a file
 */
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
