import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import { logitsFile, logitsName, type SplitName } from '../folder.js';
import type { OpenedRun } from '../openedRun.js';
import { readSafetensors, requireTensor, writeSafetensors } from '../../node/safetensors/safetensors.js';

/** What a model said about a split: raw logits, row-major [n, classes], and the hard labels [n]. */
export interface Logits {
  readonly n: number;
  readonly classes: number;
  readonly logits: Float32Array;
  readonly labels: Int32Array;
}

/**
 * Stores the logits of an epoch in the run folder.
 * @returns the file relative to the run folder, as the `epoch` entry names it
 * @throws ProblemError `disk-full`, `no-permission`, `linked`, …
 */
export async function writeLogits(
  run: OpenedRun,
  { split, epoch }: { split: SplitName; epoch: number },
  { n, classes, logits, labels }: Logits,
): Promise<string> {
  await writeSafetensors(
    { folder: await run.logits(), name: logitsFile({ split, epoch }), mayWrite: run.mayWrite },
    {
      logits: { dtype: 'F32', shape: [n, classes], data: logits },
      labels: { dtype: 'I32', shape: [n], data: labels },
    },
    { split, epoch: String(epoch) },
  );
  return logitsName({ split, epoch });
}

/**
 * Reads a file of logits and checks all of it.
 * @throws ProblemError `file-missing`, `logits-damaged`, `logits-shape`, `logits-labels`
 */
export async function readLogits(path: string): Promise<Logits> {
  const contents = await readSafetensors(path).catch((error: unknown) => {
    throw isDamage(error) ? damagedLogits(error, path) : error;
  });
  const logits = requireTensor(contents, { name: 'logits', dtype: 'F32', file: path });
  const labels = requireTensor(contents, { name: 'labels', dtype: 'I32', file: path });
  const [n, classes] = logits.shape;
  if (n === undefined || classes === undefined || logits.shape.length !== 2 || labels.shape.join() !== String(n)) {
    throw new ProblemError({
      code: 'logits-shape',
      message: `Logits of shape [${logits.shape.join(', ')}] and labels of shape [${labels.shape.join(', ')}] do not belong together; expected [n, classes] and [n].`,
      fix: 'Restore the file from a copy, or train the run again: `distillery run <experiment> --force`.',
      place: { file: path },
    });
  }
  const wrong = labels.data.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) {
    throw new ProblemError({
      code: 'logits-labels',
      message: `There is a label ${wrong} and there are ${classes} classes; expected 0 to ${classes - 1}.`,
      fix: 'Restore the file from a copy, or train the run again: `distillery run <experiment> --force`.',
      place: { file: path },
    });
  }
  return { n, classes, logits: logits.data, labels: labels.data };
}

/** What a file of logits is refused with that is not what was written, whatever shows that. */
export function damagedLogits(error: ProblemError, path: string): ProblemError {
  const [, split, epoch] = /^([a-z]+)-(\d+)\.safetensors$/.exec(basename(path)) ?? [];
  const whose = split === undefined ? 'These logits' : `The logits of epoch ${epoch} on ${split}`;
  return new ProblemError(
    {
      code: 'logits-damaged',
      message: `${whose} are damaged: nothing is computed from them. ${error.problem.message}`,
      fix: 'The figures in the log still hold. Put a copy of the file back. Or train the run again: run its experiment with `--force`.',
      place: { file: path },
    },
    { cause: error },
  );
}
