import { ProblemError } from '../../core/problem.js';
import { readCheckpointHead } from './checkpointHead.js';
import { claim } from '../claim.js';
import { renameWithin } from '../../node/files/atomicFile.js';
import { exists } from '../../node/files/exists.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import { checkWhole } from '../../node/safetensors/safetensorsHead.js';
import { runFiles, type RunFolder } from '../folder.js';
import { withRun } from '../openedRun.js';

/**
 * A run that trains has two generations of its checkpoint: the last one, and the one before, which goes when the run is
 * finished. A new one has been read back before it takes its place.
 */
export interface Generation {
  readonly file: string;
  /** The last one is not there: its writer was killed just before it took its place, or it was found damaged. */
  readonly isPrevious: boolean;
}

/** The checkpoint that a run goes on from; null where it has none. */
export async function lastGeneration({ checkpoint, previousCheckpoint }: RunFolder): Promise<Generation | null> {
  if (await exists(checkpoint)) return { file: checkpoint, isPrevious: false };
  return (await exists(previousCheckpoint)) ? { file: previousCheckpoint, isPrevious: true } : null;
}

/**
 * The step of the checkpoint before the last one; null where there is none that is whole.
 * @throws ProblemError where it cannot be read: `no-permission`, …
 */
async function previousStep({ previousCheckpoint }: RunFolder): Promise<number | null> {
  try {
    await checkWhole(previousCheckpoint);
    return (await readCheckpointHead(previousCheckpoint)).step;
  } catch (error) {
    if (isDamage(error) || (error instanceof ProblemError && error.problem.code === 'file-missing')) return null;
    throw error;
  }
}

/**
 * What a checkpoint of a run is refused with that is not what was written, with the way out; any other error as it is.
 * @param error what reading it ended with
 * @param file the generation that was read
 */
export async function refusedGeneration(
  error: unknown,
  folder: RunFolder,
  { file }: { file: string },
): Promise<unknown> {
  if (!isDamage(error)) return error;
  const step = file === folder.checkpoint ? await previousStep(folder) : null;
  const message = `A checkpoint of run ${folder.id} is damaged, and nothing goes on from it. ${error.problem.message}`;
  const copy = 'Put a copy of the file back.';
  if (step === null) {
    return new ProblemError(
      {
        code: 'checkpoints-damaged',
        message: `${message} There is no other one that is whole.`,
        fix: `${copy} Or train the run from the beginning: run its experiment with \`--force\`.`,
        place: { file },
      },
      { cause: error },
    );
  }
  return new ProblemError(
    {
      code: 'checkpoint-damaged',
      message: `${message} The one before it is whole, and was saved at step ${step}.`,
      fix: `Go on from that: \`distillery resume ${folder.id} --previous\`. ${copy}`,
      place: { file },
    },
    { cause: error },
  );
}

/**
 * What the checkpoint of a run is refused with that others want to use, as its student or an export, and that is not what
 * was written; any other error as it is.
 */
export function refusedNetwork(error: unknown, { id, checkpoint }: RunFolder): unknown {
  if (!isDamage(error)) return error;
  return new ProblemError(
    {
      code: 'network-damaged',
      message: `The checkpoint of run ${id} is damaged: nothing is computed with its network. ${error.problem.message}`,
      fix: 'Put a copy of the file back. Or train it again: run its experiment with `--force`, or with `--only` and `--force` for this run alone.',
      place: { file: checkpoint },
    },
    { cause: error },
  );
}

/**
 * Makes the checkpoint before the last one the last: for a run whose last one is damaged, which is kept under another name.
 * @returns the step that the run goes on from
 * @throws ProblemError `checkpoint-whole` where nothing is wrong with the last one, `no-previous-checkpoint` where there is
 *   none before it that is whole, `run-busy`, …
 */
export async function takePrevious(folder: RunFolder): Promise<number> {
  return withRun(folder, async (run) => {
    const hold = await claim(run);
    try {
      const step = await previousStep(folder);
      if (step === null) throw noPrevious(folder);
      if (await exists(folder.checkpoint)) {
        if (await isWhole(folder.checkpoint)) throw nothingWrong(folder);
        await renameWithin(run.folder, { from: runFiles.checkpoint, to: runFiles.damagedCheckpoint });
      }
      return step;
    } catch (error) {
      throw run.folder.problemOf(error, { name: runFiles.checkpoint, attempt: 'put the damaged checkpoint aside' });
    } finally {
      hold.release();
    }
  });
}

async function isWhole(path: string): Promise<boolean> {
  try {
    await checkWhole(path);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

const nothingWrong = ({ id, checkpoint }: RunFolder): ProblemError =>
  new ProblemError({
    code: 'checkpoint-whole',
    message: `The last checkpoint of run ${id} is whole: going on from the one before would only lose steps.`,
    fix: `Go on from the last one: \`distillery resume ${id}\`.`,
    place: { file: checkpoint },
  });

const noPrevious = ({ id, previousCheckpoint }: RunFolder): ProblemError =>
  new ProblemError({
    code: 'no-previous-checkpoint',
    message: `Run ${id} has no checkpoint before the last one, or none that is whole.`,
    fix: 'Put a copy of a checkpoint back. Or train the run from the beginning: run its experiment with `--force`.',
    place: { file: previousCheckpoint },
  });
