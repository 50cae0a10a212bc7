import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertNever, problemOf } from '../../core/problem.js';
import { count, counted } from '../../core/words.js';
import { answerKinds, describeAnswers, type AnswerKind } from './answers.js';
import { draftSuffix } from '../../node/files/draft.js';
import { cacheFolder } from '../../run/cacheFolder.js';
import { describeDecoded } from './decodedPictures.js';
import { exists } from '../../node/files/exists.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { openHome } from '../../run/openRuns.js';
import { lockSuffix } from '../../node/locks/lock.js';
import { describePictures } from './pictures.js';

/** What a cached file says that it holds. */
export type CachedContents =
  | {
      readonly kind: AnswerKind;
      /** Whose answers, to which pictures. */
      readonly what: string;
      readonly rows: number;
      readonly width: number;
      /** The first row: above 0 in a part of what is not whole yet. */
      readonly first: number;
    }
  | {
      /** Evaluation pictures for the panel, or all of a split as they were decoded. */
      readonly kind: 'pictures' | 'decoded';
      /** Which pictures of which data set; null where an older file does not say. */
      readonly what: string | null;
      readonly n: number;
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  /** A damaged file, or one that is not ours. */
  | { readonly kind: 'unknown'; readonly why: string };

/** A file that many runs share and that can be made again. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly contents: CachedContents;
}

/**
 * What is cached beside a runs folder, by name. Of each file only the header is read; one that cannot be read is listed
 * with the reason, for it takes room as well.
 * @throws ProblemError where the folder cannot be read
 */
export async function cachedFiles(runsDir: string): Promise<CachedFile[]> {
  const folder = cacheFolder(runsDir);
  try {
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    return await Promise.all(
      names
        .map(({ name }) => join(folder, name))
        .sort()
        .map(async (path) => ({ path, bytes: (await stat(path)).size, contents: await contentsOf(path) })),
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the cache' });
  }
}

async function contentsOf(path: string): Promise<CachedContents> {
  const name = basename(path);
  if (name.endsWith(draftSuffix))
    return { kind: 'unknown', why: 'being written, or left by a process that was killed' };
  if (name.endsWith(lockSuffix))
    return { kind: 'unknown', why: 'a run that computes, or that was killed while it did' };
  if (!name.endsWith('.safetensors')) return { kind: 'unknown', why: 'no file of Distillery' };
  try {
    if (name.startsWith('pictures-')) return { kind: 'pictures', ...(await describePictures(path)) };
    if (name.startsWith('decoded-')) return { kind: 'decoded', ...(await describeDecoded(path)) };
    if (answerKinds.some((kind) => name.startsWith(`${kind}-`))) {
      const { about, n, width } = await describeAnswers(path);
      return { kind: about.kind, what: about.what, rows: n, width, first: about.first };
    }
    return { kind: 'unknown', why: 'no file of Distillery' };
  } catch (error) {
    return { kind: 'unknown', why: problemOf(error).message };
  }
}

/** What a cached file holds, in a line: `logits of teacher (1a2b), 10,000 test pictures: 10,000 × 10`. */
export function contentsWords(contents: CachedContents): string {
  switch (contents.kind) {
    case 'logits':
    case 'features': {
      const { what, rows, width, first } = contents;
      const size = `${count(rows)} × ${count(width)}`;
      return first === 0 ? `${what}: ${size}` : `${what}: ${size} from ${count(first + 1)} on, not whole yet`;
    }
    case 'pictures':
    case 'decoded': {
      const { kind, what, n, height, width, channels } = contents;
      const use = kind === 'pictures' ? 'for the panel' : 'decoded';
      return `${what ?? counted(n, 'picture')}, ${use}: ${height}×${width}, ${channels === 1 ? 'grey' : 'in colour'}`;
    }
    case 'unknown':
      return contents.why;
    default:
      return assertNever(contents);
  }
}

/** How much there is of each kind, largest first: what somebody gives up who clears the cache. */
export function cachedByKind(
  files: readonly CachedFile[],
): { readonly kind: CachedContents['kind']; readonly files: number; readonly bytes: number }[] {
  const kinds = new Map<CachedContents['kind'], { files: number; bytes: number }>();
  for (const { bytes, contents } of files) {
    const sum = kinds.get(contents.kind) ?? { files: 0, bytes: 0 };
    kinds.set(contents.kind, { files: sum.files + 1, bytes: sum.bytes + bytes });
  }
  return [...kinds].map(([kind, sum]) => ({ kind, ...sum })).sort((a, b) => b.bytes - a.bytes);
}

/**
 * Deletes what is cached beside a runs folder. Runs stay as they are.
 * @throws ProblemError where it cannot be deleted; `linked` where what is deleted would lie elsewhere
 */
export async function clearCache(runsDir: string): Promise<void> {
  const path = cacheFolder(runsDir);
  if (!(await exists(path))) return;
  const home = await openHome(runsDir);
  try {
    // A link in its place goes, and what it leads to stays.
    await rm(home.at(basename(path)), { recursive: true, force: true });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'clear the cache' });
  } finally {
    await home.close();
  }
}

/**
 * Deletes some of what is cached beside a runs folder.
 * @param files may name others too, which stay
 * @throws ProblemError as {@link clearCache}
 */
export async function deleteCached(runsDir: string, files: readonly CachedFile[]): Promise<void> {
  const path = cacheFolder(runsDir);
  const names = files.flatMap((file) => (dirname(file.path) === path ? [basename(file.path)] : []));
  if (names.length === 0) return;
  const home = await openHome(runsDir);
  let folder: OpenedFolder | null = null;
  try {
    folder = await home.inner(basename(path));
    for (const name of names) await rm(folder.at(name), { force: true });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'delete what is cached' });
  } finally {
    await folder?.close();
    await home.close();
  }
}
