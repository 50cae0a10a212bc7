import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../core/problem.js';
import { temporarySuffix, writeFileAtomic } from './atomicFile.js';
import { errorCode, fileProblem } from './fileProblem.js';
import type { RunFolder } from './folder.js';
import { liveness, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process.js';

/** A trainer on another machine that wrote nothing to its log for so long is gone: it writes every five seconds. */
export const silenceSeconds = 15;

const lockName = /^trainer\.([0-9a-f-]{36})\.lock$/;
const lockSchema = z.object({ version: z.literal(1), owner: processIdentitySchema });

/** A trainer's hold on a run folder. */
export interface Claim {
  readonly owner: ProcessIdentity;
  /** Lets go of the folder. May be called more than once, and from `process.on('exit')`. */
  release(): void;
}

/**
 * Takes a run folder for this process, for as long as it lives. A lock whose process is gone does not count, and is
 * cleared away together with half-written files.
 *
 * Every claimant first writes a lock of its own, under a name of its own, and then looks for others; who sees no other
 * living one has the folder. Of two that see each other the smaller name waits and the other withdraws, so two can
 * never both have it, and no lock is ever taken from a living process by mistake.
 * @throws ProblemError `run-busy` when a living trainer has it
 */
export async function claim(folder: RunFolder): Promise<Claim> {
  const owner = await ownIdentity();
  const id = randomUUID();
  const path = join(folder.path, `trainer.${id}.lock`);
  await writeFileAtomic(path, JSON.stringify({ version: 1, owner }));
  const release = (): void => rmSync(path, { force: true });
  try {
    const now = (await stat(path)).mtimeMs;
    for (let patience = 20; ; patience--) {
      const rivals = (await livingLocks(folder, { now })).filter((lock) => lock.id !== id);
      const [rival] = rivals;
      if (rival === undefined) break;
      if (patience === 0 || rivals.some((lock) => lock.id < id)) throw busy(folder, rival.owner);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await sweep(folder);
  } catch (error) {
    release();
    throw fileProblem(error, { path: folder.path, attempt: 'take the run folder' });
  }
  return { owner, release };
}

/** The living trainer that has a run folder; null when nobody has. */
export async function holder(folder: RunFolder): Promise<ProcessIdentity | null> {
  const [lock] = await livingLocks(folder, { now: Date.now() });
  return lock?.owner ?? null;
}

interface Lock {
  readonly id: string;
  readonly owner: ProcessIdentity;
}

/** @param now milliseconds by the clock of the file system, against which the log's silence is measured */
async function livingLocks(folder: RunFolder, { now }: { now: number }): Promise<Lock[]> {
  const living: Lock[] = [];
  for (const name of await names(folder.path)) {
    const id = lockName.exec(name)?.[1];
    const owner = id === undefined ? null : await readLock(join(folder.path, name));
    if (id === undefined || owner === null) continue;
    const life = await liveness(owner);
    const written = life === 'unknown' ? await lastWritten([folder.log, join(folder.path, name)]) : 0;
    if (life === 'alive' || (life === 'unknown' && now - written < silenceSeconds * 1000)) living.push({ id, owner });
  }
  return living;
}

/** When the latest of some files changed, by the clock of the file system; 0 when there is none of them. */
async function lastWritten(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(...times);
}

/** Null for a lock that was released meanwhile. Locks appear whole, by rename; one that is not was not made by us. */
async function readLock(path: string): Promise<ProcessIdentity | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileProblem(error, { path, attempt: 'read the lock' });
  }
  try {
    return lockSchema.parse(JSON.parse(text)).owner;
  } catch {
    throw new ProblemError({
      code: 'lock-damaged',
      message: 'This lock of a run folder cannot be read, so nobody knows whether its trainer lives.',
      mend: 'If no trainer is at work in this folder, delete the file.',
      place: { file: path },
    });
  }
}

/** Clears away what processes that are gone left behind. Only for who has the folder. */
async function sweep(folder: RunFolder): Promise<void> {
  const logits = join(folder.path, 'logits');
  for (const directory of [folder.path, logits]) {
    for (const name of await names(directory)) {
      const path = join(directory, name);
      const owner = lockName.test(name) ? await readLock(path) : null;
      const stale = owner !== null && (await liveness(owner)) === 'gone';
      // A half-written lock may be a rival's who is just coming in.
      const torn = name.endsWith(temporarySuffix) && !name.startsWith('trainer.');
      if (stale || torn) await rm(path, { force: true });
    }
  }
}

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path, attempt: 'look into the run folder' });
  }
}

function busy(folder: RunFolder, { pid, host }: ProcessIdentity): ProblemError {
  return new ProblemError({
    code: 'run-busy',
    message: `Run ${folder.id} is already being trained, by process ${pid} on ${host}.`,
    mend: 'Wait for it, or stop it first.',
    place: { file: folder.path },
  });
}
