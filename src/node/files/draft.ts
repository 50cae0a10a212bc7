import { randomUUID } from 'node:crypto';
import { lstat, readlink, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownIdentity, type ProcessIdentity } from '../processes/process.js';
import { probe } from '../processes/processProbe.js';
import { sha256 } from './hash.js';
import { OpenedFolder } from './openedFolder.js';

/** Ends the names of files and folders that are still being made. */
export const draftSuffix = '.tmp';

/** After so long without a change a draft is given up whose process cannot be asked. Folders change less than files. */
const abandonedHours = { file: 1, folder: 24 };

/** Of a file's name so many characters are kept: names may have 255 bytes. */
const keptCharacters = 50;

/** Who makes a draft: names of files have no room for more than the beginnings of hashes. */
interface Owner {
  readonly machine: string;
  readonly pid: number;
  readonly start: string;
}

const ownedPattern = /\.([0-9a-f]{6})-(\d+)-([0-9a-f]{6})-[0-9a-f]{6}\.tmp$/;
/** Without an owner, as older versions named them. */
const unownedPattern = /\.[0-9a-f]{8}\.tmp$|^\.(new|unpacking)-[0-9a-f]{8}$/;

/**
 * A free name beside `path`, which may be a mere name, for a file or folder that is made there and takes its place by
 * rename. It says which process makes it, so that what a killed one left is told from what a living one is at.
 * @param owner the process that makes it, this one by default
 */
export async function draftOf(path: string, owner?: ProcessIdentity): Promise<string> {
  const { machine, pid, start } = await named(owner ?? (await ownIdentity()));
  const name = Array.from(basename(path)).slice(0, keptCharacters).join('');
  return join(dirname(path), `${name}.${machine}-${pid}-${start}-${randomUUID().slice(0, 6)}${draftSuffix}`);
}

/**
 * Deletes what processes that have ended left unfinished in a folder, and what nobody has written to for hours where the
 * process cannot be asked: it belongs to another machine, or an older version did not name it. Drafts of living
 * processes stay. What cannot be deleted stays as well: others may do it, and nothing depends on it.
 * @param folder one that is Distillery's own, unless `only` says which names there are
 * @param only names that are looked at, all by default
 */
export async function clearDrafts(folder: OpenedFolder, only: (name: string) => boolean = () => true): Promise<void> {
  for (const name of await folder.names().catch(() => [])) {
    if (only(name) && folder.canBeReached() && (await isLeft(folder.at(name)))) {
      await rm(folder.at(name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** The same in a folder that is not open; nothing where there is none. */
export async function clearDraftsAt(path: string, only?: (name: string) => boolean): Promise<void> {
  const folder = await OpenedFolder.open(path).catch(() => null);
  if (folder === null) return;
  await clearDrafts(folder, only);
  await folder.close();
}

/** Whether a name in a folder that may be anybody's is a draft of `path`. */
export function isDraftOf(path: string): (name: string) => boolean {
  const start = `${Array.from(basename(path)).slice(0, keptCharacters).join('')}.`;
  return (name) => name.startsWith(start) && ownedPattern.exec(name)?.index === start.length - 1;
}

async function isLeft(path: string): Promise<boolean> {
  const [, machine, pid, start] = ownedPattern.exec(path) ?? [];
  if (machine === undefined || pid === undefined || start === undefined) {
    return unownedPattern.test(basename(path)) && (await isAbandoned(path));
  }
  if (machine !== (await named(await ownIdentity())).machine) return isAbandoned(path);
  const found = await probe(Number(pid));
  switch (found.kind) {
    case 'none':
      return true;
    case 'runs':
      return short(found.start) !== start;
    case 'hidden':
      return isAbandoned(path);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  // Whoever made it, or somebody else who tidies up, was faster.
  if (found === null) return false;
  const hours = found.isDirectory() ? abandonedHours.folder : abandonedHours.file;
  return Date.now() - found.mtimeMs > hours * 3600_000;
}

async function named({ pid, pidStart, host }: ProcessIdentity): Promise<Owner> {
  // Containers that share a disk may have one host's name; the numbers of their processes mean nothing to each other.
  const numbers = await readlink('/proc/self/ns/pid').catch(() => '');
  return { machine: short(`${host} ${numbers}`), pid, start: short(pidStart) };
}

const short = (text: string): string => sha256(text).slice(0, 6);
