import { ProblemError } from '../core/problem.js';
import { fileProblem } from '../node/fileProblem.js';
import { logitsFolder, runFiles, type RunFolder } from './folder.js';
import { clearLitter } from '../node/locks/litter.js';
import { acquire, lockOwner, type Acquired, type Lock } from '../node/locks/lock.js';
import { LogTail } from './log/logTail.js';
import type { OpenedRun, RunClaim } from './openedRun.js';
import type { ProcessIdentity } from '../node/processes/process.js';

const place = { name: 'trainer', sign: runFiles.log };

/** A run folder that a trainer has for itself. */
export type Hold = Lock & RunClaim;

/**
 * Takes a run folder for a trainer, for as long as its process lives, and clears away files that a killed one left
 * half written. Only who holds the folder may write into it (but for the request to stop): who lost it finds out by
 * {@link Lock.stands} before each write, and what slips through in the moment between is told by its turn.
 * @param run stays open until the lock is let go
 * @throws ProblemError `run-busy` when a living trainer has it; `file-missing`, `no-permission`, `disk-full`
 */
export async function claim(run: OpenedRun): Promise<Hold> {
  const { folder, paths } = run;
  let acquired: Acquired;
  try {
    acquired = await acquire({ ...place, folder });
  } catch (error) {
    throw fileProblem(error, { path: paths.path, attempt: 'take the run folder' });
  }
  if (acquired.lock === null) {
    const { pid, host } = acquired.owner;
    throw new ProblemError({
      code: 'run-busy',
      message: `Run ${paths.id} is already being trained, by process ${pid} on ${host}.`,
      fix: 'Wait for it, or stop it first.',
      place: { file: paths.path },
    });
  }
  const { lock } = acquired;
  try {
    await clearLitter(folder);
    if ((await folder.names()).includes(logitsFolder)) await clearLitter(await run.logits());
    const mustStand = (): void => {
      // With a folder that is deleted its lock goes too, and nobody has taken it.
      if (!lock.stands()) throw run.lost() ?? runTaken(paths);
    };
    const hold = { ...lock, mustStand, turn: 1 + (await lastTurn(paths.log)) };
    run.claimedBy(hold);
    return hold;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The greatest turn that a log tells of; 0 where it tells of none. */
async function lastTurn(log: string): Promise<number> {
  const tail = new LogTail(log);
  while ((await tail.read()).more);
  return tail.turn;
}

const runTaken = ({ id, path }: RunFolder): ProblemError =>
  new ProblemError({
    code: 'run-taken',
    message: `Run ${id} was taken from this process: it had shown no sign of life, as a process that was stopped, or a machine that slept or was cut off from the disk. It writes nothing more.`,
    fix: 'Nothing needs to be done: whoever took the run goes on with it, or resume it.',
    place: { file: path },
  });

/** The living trainer that has a run folder; null when none has. */
export function holder({ path }: RunFolder): Promise<ProcessIdentity | null> {
  return lockOwner({ ...place, folder: path });
}
