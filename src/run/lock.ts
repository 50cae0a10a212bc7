import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ProblemError } from '../core/problem.js';
import { writeFileAtomic } from './files/atomicFile.js';
import { clearDrafts } from './files/draft.js';
import { errorCode, fileProblem } from './files/fileProblem.js';
import { liveness, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process.js';

/** How the file of a lock ends. */
export const lockSuffix = '.lock';

/** A process on another machine that has shown no sign of life for so long is gone: trainers write every 5 seconds. */
export const silenceSeconds = 15;

/** Something that one process at a time may do, known by a folder and a name of its own in it. */
export interface LockPlace {
  readonly folder: string;
  readonly name: string;
  /** A file that the owner keeps writing: its sign of life, where the process itself cannot be asked. */
  readonly sign?: string;
}

export interface Lock {
  readonly owner: ProcessIdentity;
  /** Lets go. May be called more than once, and from `process.on('exit')`. */
  readonly release: () => void;
}

export type Acquired = { readonly lock: Lock } | { readonly lock: null; readonly owner: ProcessIdentity };

const lockSchema = z.object({ version: z.literal(1), owner: processIdentitySchema });
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * Takes a lock for this process, for as long as it lives; or says which living process has it. A lock whose process is
 * gone does not count.
 *
 * Every claimant first writes a file of its own, `<name>.<uuid>.lock`, and then looks for others; who sees no other
 * living one has the lock. Of two that see each other the greater name withdraws and the smaller waits a moment, so
 * two can never both have it, and nothing is ever taken from a living process by mistake.
 * @throws ProblemError `lock-damaged`, `no-permission`, …
 */
export async function acquire(place: LockPlace): Promise<Acquired> {
  const owner = await ownIdentity();
  const id = randomUUID();
  const path = join(place.folder, `${place.name}.${id}${lockSuffix}`);
  const release = (): void => rmSync(path, { force: true });
  await writeFileAtomic(path, JSON.stringify({ version: 1, owner }));
  try {
    const now = (await stat(path)).mtimeMs;
    for (let patience = 20; ; patience--) {
      const rivals = (await livingLocks(place, { now })).filter((lock) => lock.id !== id);
      const [rival] = rivals;
      if (rival === undefined) break;
      if (patience === 0 || rivals.some((lock) => lock.id < id)) {
        release();
        return { lock: null, owner: rival.owner };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await clearGone(await findLocks(place));
    await clearDrafts(place.folder, (name) => name.startsWith(`${place.name}.`));
    return { lock: { owner, release } };
  } catch (error) {
    release();
    throw error;
  }
}

/** The living process that has a lock; null when none has. */
export async function lockOwner(place: LockPlace): Promise<ProcessIdentity | null> {
  const [found] = await livingLocks(place, { now: Date.now() });
  return found?.owner ?? null;
}

interface FoundLock {
  readonly id: string;
  readonly path: string;
  readonly owner: ProcessIdentity;
}

async function findLocks({ folder, name }: LockPlace): Promise<FoundLock[]> {
  const found: FoundLock[] = [];
  for (const file of await namesIn(folder)) {
    const id = file.startsWith(`${name}.`) ? idPattern.exec(file.slice(name.length + 1))?.[1] : undefined;
    const path = join(folder, file);
    const owner = id === undefined ? null : await readOwner(path);
    if (id !== undefined && owner !== null) found.push({ id, path, owner });
  }
  return found;
}

const idPattern = new RegExp(`^(${uuid})\\${lockSuffix}$`);
const anyLock = new RegExp(`\\.${uuid}\\${lockSuffix}$`);

/** @param now milliseconds by the clock of the file system, against which silence is measured */
async function livingLocks(place: LockPlace, { now }: { now: number }): Promise<FoundLock[]> {
  const living: FoundLock[] = [];
  for (const lock of await findLocks(place)) {
    const life = await liveness(lock.owner);
    const signs = place.sign === undefined ? [lock.path] : [lock.path, place.sign];
    const written = life === 'unknown' ? await lastWritten(signs) : 0;
    if (life === 'alive' || (life === 'unknown' && now - written < silenceSeconds * 1000)) living.push(lock);
  }
  return living;
}

/** Locks of processes that may still live stay, however silent; a lock that cannot be read is nobody's to judge. */
async function clearGone(locks: readonly Omit<FoundLock, 'id'>[]): Promise<void> {
  for (const { path, owner } of locks) {
    if ((await liveness(owner)) === 'gone') await rm(path, { force: true });
  }
}

/** Deletes locks of any name in a folder whose processes have ended. What cannot be read or deleted stays. */
export async function clearLocks(folder: string): Promise<void> {
  for (const file of await readdir(folder).catch(() => [])) {
    if (!anyLock.test(file)) continue;
    const path = join(folder, file);
    const owner = await readOwner(path).catch(() => null);
    if (owner !== null) await clearGone([{ path, owner }]).catch(() => undefined);
  }
}

/** When the latest of some files changed, by the clock of the file system; 0 when there is none of them. */
async function lastWritten(paths: readonly string[]): Promise<number> {
  const time = (path: string): Promise<number> =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  return Math.max(...(await Promise.all(paths.map(time))));
}

/** Null for a lock that was released meanwhile. Locks appear whole, by rename; one that is not was not made by us. */
async function readOwner(path: string): Promise<ProcessIdentity | null> {
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
      message: 'This lock cannot be read, so nobody knows whether its process lives.',
      mend: 'If no trainer is at work here, delete the file.',
      place: { file: path },
    });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the folder' });
  }
}
