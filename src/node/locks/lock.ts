import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { isSilent } from '../../core/silence.js';
import { clearDrafts, draftOf } from '../files/draft.js';
import { errorCode, fileProblem } from '../fileProblem.js';
import type { OpenedFolder } from '../files/openedFolder.js';
import type { OwnFile } from '../files/ownFile.js';
import { readRegularText } from '../files/regularFile.js';
import {
  isOfThisSystem,
  liveness,
  ownIdentity,
  processIdentitySchema,
  type Liveness,
  type ProcessIdentity,
} from '../processes/process.js';
import { isHeld, lockFile } from './systemLock.js';

/** How the file of a lock ends. */
export const lockSuffix = '.lock';

/** Something that one process at a time may do, known by a folder and a name of its own in it. */
export interface LockPlace<Folder extends OpenedFolder | string = OpenedFolder> {
  /** Opened, for who takes the lock; a path does for who only asks. */
  readonly folder: Folder;
  readonly name: string;
  /** A file in the folder that the owner keeps writing: its sign of life, where the process itself cannot be asked. */
  readonly sign?: string;
}

type AnyPlace = LockPlace<OpenedFolder | string>;

export interface Lock {
  readonly owner: ProcessIdentity;
  /** Why the system does not hold the lock, so that others go by this process's signs of life; null where it does. */
  readonly notHeld: string | null;
  /**
   * Whether it is still this process's: false once another took it, because this one was asleep, or cut off, for so long
   * that it had to count as gone. To be asked right before each write. What remains is the moment between the two: a
   * process that falls asleep in just that moment writes once more when it wakes.
   */
  readonly stands: () => boolean;
  /** Lets go. May be called more than once, and from `process.on('exit')`. */
  readonly release: () => void;
}

export type Acquired = { readonly lock: Lock } | { readonly lock: null; readonly owner: ProcessIdentity };

const lockSchema = z.object({
  version: z.literal(1),
  owner: processIdentitySchema,
  /** What holds the lock beside this record: `flock`, src/node/locks/systemLock.ts. Null for nothing; not in older builds. */
  held: z.literal('flock').nullable().default(null),
});
type LockRecord = z.output<typeof lockSchema>;

/** Bytes of a lock's record: it has a few hundred. */
const mostBytes = 16 * 1024;
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * Takes a lock for this process, for as long as it lives; or says which living process has it. A lock whose process is
 * gone does not count, and is deleted: should its process live after all it learns so, from {@link Lock.stands}.
 *
 * Every claimant first writes a file of its own, `<name>.<uuid>.lock`, which the system locks for it where it can, and
 * then looks for others; who sees no other living one has the lock. Of two that see each other the greater name withdraws
 * and the smaller waits a moment, so two can never both have it, and nothing is ever taken from a living process by
 * mistake.
 * @throws ProblemError `lock-damaged`, `no-permission`, …
 */
export async function acquire(place: LockPlace): Promise<Acquired> {
  const id = randomUUID();
  const { lock, now } = await ownLock({ folder: place.folder, name: `${place.name}.${id}${lockSuffix}` });
  try {
    for (let patience = 20; ; patience--) {
      const { living, gone } = await livingAndGone(place, { now, except: id });
      const [rival] = living;
      if (rival === undefined) {
        for (const { path } of gone) await rm(path, { force: true });
        break;
      }
      if (patience === 0 || living.some((other) => other.id < id)) {
        lock.release();
        return { lock: null, owner: rival.owner };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await clearDrafts(place.folder, (name) => name.startsWith(`${place.name}.`));
    return { lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Writes a lock of this process. It appears whole, and locked already where the system does that.
 * @returns also when, in milliseconds by the clock of the file system
 */
async function ownLock({ folder, name }: OwnFile): Promise<{ lock: Lock; now: number }> {
  const owner = await ownIdentity();
  const draft = await draftOf(name);
  let file: number | null = null;
  const release = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    removeAsFarAsMayBe({ folder, name });
  };
  try {
    file = openSync(folder.at(draft), 'wx+');
    const opened = file;
    const attempt = await lockFile(opened, 'exclusive');
    const held = attempt.kind === 'granted' ? 'flock' : null;
    writeFileSync(opened, JSON.stringify({ version: 1, owner, held } satisfies LockRecord));
    fsyncSync(opened);
    renameSync(folder.at(draft), folder.at(name));
    const notHeld = attempt.kind === 'unavailable' ? attempt.why : held === null ? 'it refused' : null;
    const stands = (): boolean => file !== null && hasItsName(file, { folder, name });
    return { lock: { owner, notHeld, stands, release }, now: fstatSync(opened).mtimeMs };
  } catch (error) {
    removeAsFarAsMayBe({ folder, name: draft });
    release();
    throw folder.problemOf(error, { name, attempt: 'write the lock' });
  }
}

/** What stays, where the folder lets nothing be deleted any more, counts as left behind: its process holds it no longer. */
function removeAsFarAsMayBe({ folder, name }: OwnFile): void {
  try {
    if (folder.canBeReached()) rmSync(folder.at(name), { force: true });
  } catch (error) {
    // Anything else would be ours.
    if (errorCode(error) === undefined) throw error;
  }
}

/** Whether an open file still has its name; Windows does not count names, so the name itself is looked for there. */
function hasItsName(file: number, { folder, name }: OwnFile): boolean {
  try {
    return process.platform === 'win32' ? existsSync(folder.at(name)) : fstatSync(file).nlink > 0;
  } catch {
    // A network file system says so of a file that was deleted elsewhere.
    return false;
  }
}

/** The living process that has a lock; null when none has. */
export async function lockOwner(place: AnyPlace): Promise<ProcessIdentity | null> {
  const { living } = await livingAndGone(place, { now: Date.now() });
  return living[0]?.owner ?? null;
}

interface FoundLock extends LockRecord {
  readonly id: string;
  readonly path: string;
}

async function findLocks({ folder, name }: AnyPlace): Promise<FoundLock[]> {
  const found: FoundLock[] = [];
  for (const file of await namesIn(folder)) {
    const id = file.startsWith(`${name}.`) ? idPattern.exec(file.slice(name.length + 1))?.[1] : undefined;
    const path = entryOf(folder, file);
    const record = id === undefined ? null : await readLock(path, { shown: shownOf(folder, file) });
    if (id !== undefined && record !== null) found.push({ id, path, ...record });
  }
  return found;
}

const idPattern = new RegExp(`^(${uuid})\\${lockSuffix}$`);
const anyLock = new RegExp(`\\.${uuid}\\${lockSuffix}$`);

/** @param now milliseconds by the clock of the file system, against which silence is measured */
async function livingAndGone(
  place: AnyPlace,
  { now, except = null }: { now: number; except?: string | null },
): Promise<{ living: FoundLock[]; gone: FoundLock[] }> {
  const living: FoundLock[] = [];
  const gone: FoundLock[] = [];
  for (const lock of await findLocks(place)) {
    if (lock.id === except) continue;
    const fate = await fateOf(lock);
    const signs = place.sign === undefined ? [lock.path] : [lock.path, entryOf(place.folder, place.sign)];
    const lives = fate === 'alive' || (fate === 'unknown' && !isSilent({ time: await lastWritten(signs), now }));
    (lives ? living : gone).push(lock);
  }
  return { living, gone };
}

/**
 * Whether the process of a lock lives. It is asked itself where that can be, for that is quick; else the system, which
 * holds its lock. That nobody holds it proves something only of a process on the same system: some network file systems
 * keep locks to the machine that made them.
 */
async function fateOf({ path, owner, held }: Omit<FoundLock, 'id'>): Promise<Liveness> {
  const life = await liveness(owner);
  if (life !== 'unknown' || held === null) return life;
  switch (await isHeld(path)) {
    case 'held':
      return 'alive';
    case 'free':
      return (await isOfThisSystem(owner)) ? 'gone' : 'unknown';
    case 'unknown':
      return 'unknown';
  }
}

/** Deletes locks of any name in a folder whose processes have ended. What cannot be read or deleted stays. */
export async function clearLocks(folder: OpenedFolder): Promise<void> {
  for (const file of await folder.names().catch(() => [])) {
    if (!anyLock.test(file) || !folder.canBeReached()) continue;
    const path = folder.at(file);
    const record = await readLock(path, { shown: folder.nameOf(file) }).catch(() => null);
    // However silent others are: they may still live.
    if (record !== null && (await fateOf({ path, ...record })) === 'gone')
      await rm(path, { force: true }).catch(() => undefined);
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

/**
 * Null for a lock that was released meanwhile. Locks appear whole, by rename; one that is not was not made by us.
 * @param shown the path that messages name
 */
async function readLock(path: string, { shown }: { shown: string }): Promise<LockRecord | null> {
  let text: string;
  try {
    text = await readRegularText(path, { attempt: 'read the lock', most: mostBytes });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problem.code === 'file-missing') return null;
    throw new ProblemError({ ...error.problem, place: { file: shown } }, { cause: error });
  }
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    throw new ProblemError({
      code: 'lock-damaged',
      message: 'This lock cannot be read, so nobody knows whether its process lives.',
      fix: 'If no trainer is at work here, delete the file.',
      place: { file: shown },
    });
  }
}

const entryOf = (folder: OpenedFolder | string, name: string): string =>
  typeof folder === 'string' ? join(folder, name) : folder.at(name);

const shownOf = (folder: OpenedFolder | string, name: string): string =>
  typeof folder === 'string' ? join(folder, name) : folder.nameOf(name);

async function namesIn(folder: OpenedFolder | string): Promise<string[]> {
  if (typeof folder !== 'string') return folder.names();
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the folder' });
  }
}
