import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extract } from 'tar/extract';
import { ProblemError } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';
import type { Archive } from '../../core/datasets/archive.js';
import { download } from './download.js';
import { withShared, type SharedFolder } from '../cache/sharedFolder.js';
import { draftOf } from '../../node/files/draft.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { clearLitter } from '../../node/locks/litter.js';
import { openRegular } from '../../node/files/regularFile.js';

export interface FetchOptions {
  /** Where data sets lie: {@link dataOf}. */
  readonly data: SharedFolder;
  /** Where it is downloaded from; the authors' own address unless given. */
  readonly url?: string | undefined;
  /** An archive that is there already; nothing is downloaded then. */
  readonly file?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (what: FetchPhase, done: number, total: number) => void;
  readonly patience?: number;
}

export type FetchPhase = 'downloading' | 'checking' | 'unpacking';

export interface Fetched {
  readonly folder: string;
  /** Whether it was there before. */
  readonly wasThere: boolean;
}

/**
 * Brings a published data set into the data folder: downloads its archive, checks size and md5, unpacks it, and puts the
 * whole folder in its place at once. What was downloaded of it stays when this is stopped, and is gone on from.
 * @throws ProblemError of {@link download}; `archive-damaged`, `little-room`, `disk-full`, …; the signal's reason
 */
export async function fetchArchive(archive: Archive, options: FetchOptions): Promise<Fetched> {
  const folder = join(options.data.path, archive.folder);
  if (await isWhole(folder, archive)) return { folder, wasThere: true };
  await withShared(options.data, (data) => fetchInto(data, { archive, options }));
  return { folder, wasThere: false };
}

async function fetchInto(
  data: OpenedFolder,
  { archive, options }: { archive: Archive; options: FetchOptions },
): Promise<void> {
  const { url = archive.url, file, signal, onProgress, patience } = options;
  await clearLitter(data);
  await checkRoom(data.path, { archive, downloads: file === undefined });
  const part = { folder: data, name: `${basename(archive.url)}.part` };
  const source = file ?? data.nameOf(part.name);
  if (file === undefined) {
    const { bytes } = archive;
    const more = patience === undefined ? {} : { patience };
    await download(url, part, {
      ...{ bytes, signal, ...more },
      onProgress: (done, total) => onProgress('downloading', done, total),
    });
  }
  try {
    await verify(source, archive, options);
  } catch (error) {
    // To go on from it would never make it right.
    if (file === undefined && error instanceof ProblemError) await rm(data.at(part.name), { force: true });
    throw error;
  }
  await unpack(source, data, { archive, options });
  if (file === undefined) await rm(data.at(part.name), { force: true });
}

/** Whether all files of a set are there, in their size. */
async function isWhole(folder: string, { files }: Archive): Promise<boolean> {
  const sizes = await Promise.all(
    Object.keys(files).map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => NaN,
      ),
    ),
  );
  return Object.values(files).every((size, index) => size === sizes[index]);
}

/** Whether a set lies unpacked in the data folder. */
export function isFetched(archive: Archive, { dataFolder }: { dataFolder: string }): Promise<boolean> {
  return isWhole(join(dataFolder, archive.folder), archive);
}

async function checkRoom(
  dataFolder: string,
  { archive, downloads }: { archive: Archive; downloads: boolean },
): Promise<void> {
  const { bavail, bsize } = await statfs(dataFolder);
  const unpacked = Object.values(archive.files).reduce((sum, size) => sum + size, 0);
  const needed = unpacked + (downloads ? archive.bytes : 0);
  if (bavail * bsize >= needed) return;
  throw new ProblemError({
    code: 'little-room',
    message: `${archive.title} needs ${words(needed)} here, and only ${words(bavail * bsize)} are free.`,
    fix: 'Free some space, or name a runs folder on another disk with `--runs`.',
    place: { file: dataFolder },
  });
}

/** @throws ProblemError `archive-damaged` for another size or another md5 */
async function verify(
  path: string,
  { title, bytes, md5 }: Archive,
  { signal, onProgress, file }: FetchOptions,
): Promise<void> {
  const fix =
    file === undefined
      ? 'It was deleted. Try again, or take it from another server with `--url`.'
      : 'Bring the archive again.';
  const complain = (found: string): ProblemError =>
    new ProblemError({
      code: 'archive-damaged',
      message: `This is not the archive of ${title}: ${found}.`,
      fix,
      place: { file: path },
    });
  const hash = createHash('md5');
  let done = 0;
  try {
    const { size } = await stat(path);
    if (size !== bytes) throw complain(`it has ${size} bytes, expected ${bytes}`);
    const archive = await openRegular(path, { attempt: 'read the archive' });
    for await (const chunk of archive.createReadStream({ signal })) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('a file is read as bytes');
      hash.update(chunk);
      done += chunk.length;
      onProgress('checking', done, bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileProblem(error, { path, attempt: 'read the archive' });
  }
  const found = hash.digest('hex');
  if (found !== md5) throw complain(`its md5 is ${found}, expected ${md5}`);
}

/** Unpacks beside the place where the folder belongs, and moves it there once it is whole. */
async function unpack(
  path: string,
  data: OpenedFolder,
  { archive, options }: { archive: Archive; options: FetchOptions },
): Promise<void> {
  const { signal, onProgress } = options;
  const total = Object.values(archive.files).reduce((sum, size) => sum + size, 0);
  const unfinished = data.at(await draftOf('.unpacking'));
  const folder = data.at(archive.folder);
  let done = 0;
  try {
    await mkdir(unfinished);
    await extract({
      file: path,
      cwd: unfinished,
      strict: true,
      filter: (name, entry) =>
        name.startsWith(`${archive.folder}/`) && 'type' in entry && ['File', 'Directory'].includes(entry.type),
      onReadEntry: ({ size }) => {
        done += size;
        onProgress('unpacking', Math.min(done, total), total);
      },
    });
    signal.throwIfAborted();
    const whole = join(unfinished, archive.folder);
    if (!(await isWhole(whole, archive))) {
      const found = await readdir(whole).catch(() => []);
      throw new ProblemError({
        code: 'archive-damaged',
        message: `The archive of ${archive.title} does not hold its files: expected ${Object.keys(archive.files).join(', ')}, found ${found.join(', ') || 'none'}.`,
        fix: 'Bring the archive again.',
        place: { file: path },
      });
    }
    await rm(folder, { recursive: true, force: true });
    await rename(whole, folder);
  } catch (error) {
    if (errorCode(error)?.startsWith('TAR') === true) {
      throw new ProblemError(
        {
          code: 'archive-damaged',
          message: `The archive cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
          fix: 'Bring the archive again.',
          place: { file: path },
        },
        { cause: error },
      );
    }
    signal.throwIfAborted();
    throw data.problemOf(error, { name: archive.folder, attempt: 'unpack the data set' });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
