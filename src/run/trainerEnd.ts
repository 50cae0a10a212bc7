import { statfs } from 'node:fs/promises';
import type { Problem } from '../core/problem.js';
import type { RunFolder } from './folder.js';
import type { RunState } from './state.js';
import { openRegular } from '../node/files/regularFile.js';

/** How a trainer ended that wrote no last entry. */
export interface SilentEnd {
  /** The end of what it has printed. */
  readonly output: string;
  /** As `ended by signal SIGKILL`; only its parent knows more than that it `is gone`. */
  readonly how: string;
  /** Whether it was killed, as a system does that lacks memory. */
  readonly isKilled: boolean;
}

const bytesRead = 20_000;
const linesShown = 5;

/**
 * Why a trainer is gone, as far as its folder tells: for whoever was not there when it ended.
 * @param state of the run, of which the trainer is known to be gone
 */
export async function whyGone(folder: RunFolder, { started }: RunState): Promise<Problem> {
  const output = await outputSince(folder, started?.time ?? 0);
  return silentEndProblem(folder, { output, how: 'is gone', isKilled: false });
}

/** No space on the disk, where anything says so, or else its last words. */
export async function silentEndProblem(folder: RunFolder, end: SilentEnd): Promise<Problem> {
  const isFull = fullDisk.test(end.output) || (await hasNoRoom(folder.path));
  return { ...(isFull ? diskFull(end) : crashed(end)), place: { file: folder.trainerLog } };
}

/** The end of what trainers have printed from a byte of the file on; empty where it cannot be read. */
export async function trainerOutput({ trainerLog }: RunFolder, { from }: { from: number }): Promise<string> {
  const file = await openRegular(trainerLog, { attempt: 'read the output' }).catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead: length } = await file.read({
      buffer: Buffer.alloc(bytesRead),
      position: Math.max(from, size - bytesRead),
    });
    return buffer.toString('utf8', 0, length);
  } finally {
    await file.close();
  }
}

/** The last lines, unless nothing was printed since then: they would be those of an earlier trainer. */
async function outputSince(folder: RunFolder, time: number): Promise<string> {
  const file = await openRegular(folder.trainerLog, { attempt: 'read the output' }).catch(() => null);
  if (file === null) return '';
  const { mtimeMs } = await file.stat().finally(() => file.close());
  return mtimeMs < time ? '' : lastLines(await trainerOutput(folder, { from: 0 }));
}

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-linesShown).join('\n');

/** As Node.js and as our own messages say it. */
const fullDisk = /ENOSPC|EDQUOT|no space left on the disk/;
/** With less, neither a log nor a checkpoint can be written. */
const leastRoom = 16 * 1024;

/** On a full disk a trainer may not even be able to say so. */
async function hasNoRoom(folder: string): Promise<boolean> {
  const found = await statfs(folder).catch(() => null);
  return found !== null && found.bavail * found.bsize < leastRoom;
}

const diskFull = ({ how }: SilentEnd): Problem => ({
  code: 'disk-full',
  message: `The trainer ${how}: there is no space left on the disk.`,
  fix: 'Free some space, or choose another runs folder. What was saved before is still there.',
});

function crashed({ output, how, isKilled }: SilentEnd): Problem {
  const lines = lastLines(output);
  const killed = isKilled
    ? ' If nobody ended it, the system did, most often for want of memory: see what else takes it, or use a smaller batch.'
    : '';
  return {
    code: 'trainer-crashed',
    message: `The trainer ${how} and wrote no reason to the log.${lines === '' ? '' : ` Its last output:\n${lines}`}`,
    fix: `Resume the run: it goes on from its last checkpoint.${killed} If it ends the same way, read trainer.log.`,
  };
}
