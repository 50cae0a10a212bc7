import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { isAtChance, testSetOf, type TestSet } from '../../core/evaluation/testSet.js';
import { fileProblem } from '../../node/fileProblem.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import { readData, readHead } from '../../node/safetensors/safetensorsHead.js';
import { logitsName } from '../folder.js';
import { damagedLogits } from './logits.js';
import { firstThere, nearestFirst } from './nearestLogits.js';
import type { Tested } from './pairedTest.js';
import { openRegular } from '../../node/files/regularFile.js';

/**
 * What the test set of a run is made of, by the labels beside its newest logits, which are not read themselves; null
 * before its first epoch.
 * @throws ProblemError `file-missing`, `logits-damaged`, `logits-labels`, …
 */
export async function readTestSet({ folder, state }: Tested): Promise<TestSet | null> {
  const epochs = state.history.map(({ epoch }) => epoch);
  const last = epochs.at(-1);
  if (last === undefined) return null;
  // The labels are the same in each of them.
  return firstThere(nearestFirst(epochs, last), (epoch) =>
    readLabels(join(folder.path, logitsName({ split: 'test', epoch }))),
  );
}

/**
 * The test set that a finished run is right on no more often than chance; null for all others, and where the labels cannot
 * be read: whoever shows the answers says why.
 */
export async function chanceTestSet({ folder, state }: Tested): Promise<TestSet | null> {
  if (state.state !== 'finished' || state.test === null) return null;
  const testSet = await readTestSet({ folder, state }).catch(() => null);
  return testSet !== null && isAtChance(state.test, testSet) ? testSet : null;
}

async function readLabels(path: string): Promise<TestSet> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the logits' });
    const layout = await readHead(file, path);
    const named = (name: string) => layout.tensors.find((tensor) => tensor.name === name);
    const [logits, labels] = [named('logits'), named('labels')];
    const [n, classes] = logits?.shape ?? [];
    if (labels?.dtype !== 'I32' || n === undefined || classes === undefined || labels.shape.join() !== String(n)) {
      throw noLabels(path);
    }
    const bytes = new Uint8Array(labels.end - labels.begin);
    await readData(file, bytes, { at: labels.begin, layout, path });
    const view = new DataView(bytes.buffer);
    const values = Int32Array.from({ length: n }, (_, row) => view.getInt32(4 * row, true));
    if (values.some((label) => label < 0 || label >= classes)) throw noLabels(path);
    return testSetOf({ labels: values, classes });
  } catch (error) {
    if (isDamage(error)) throw damagedLogits(error, path);
    throw error instanceof ProblemError ? error : fileProblem(error, { path, attempt: 'read the labels' });
  } finally {
    await file?.close();
  }
}

function noLabels(path: string): ProblemError {
  return new ProblemError({
    code: 'logits-labels',
    message: 'The file does not hold logits with a label for each of them.',
    fix: 'Restore the file from a copy, or train the run again: `distillery run <experiment> --force`.',
    place: { file: path },
  });
}
