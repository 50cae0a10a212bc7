import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openAnswers, writeAnswers, type AnswersAbout } from '../../data/cache/answers.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { ProblemError } from '../../core/problem.js';

/** Rows that are done, in order, of answers that are not whole yet. */
export interface StoredRows {
  readonly path: string;
  readonly first: number;
  readonly n: number;
}

const partName = (stem: string, { first, n }: { first: number; n: number }): string =>
  `${stem}.part-${first}-${n}.safetensors`;
const partPattern = /\.part-(\d+)-(\d+)\.safetensors$/;

/** Keeps rows `first` and following, so that whoever is killed loses little. */
export async function writePart(
  { folder, stem, about }: { folder: OpenedFolder; stem: string; about: Pick<AnswersAbout, 'kind' | 'key' | 'what'> },
  { first, n, width, pieces }: { first: number; n: number; width: number; pieces: Iterable<Float32Array> },
): Promise<StoredRows> {
  const name = partName(stem, { first, n });
  await writeAnswers({ folder, name }, { ...about, first }, { n, width, pieces });
  return { path: folder.nameOf(name), first, n };
}

/**
 * The parts that an earlier process, or several, left of an answer, as far as they follow each other from row 0 and are
 * whole; each is read to be sure.
 */
export async function findParts({
  folder,
  stem,
  key,
  width,
}: {
  folder: string;
  stem: string;
  key: string;
  width: number;
}): Promise<StoredRows[]> {
  const named = (await filesOf(folder, stem)).flatMap((name) => partNamed(folder, name));
  const parts: StoredRows[] = [];
  for (let done = 0; ;) {
    // Of two processes each may have left its own: the one that reaches farthest.
    const next = named.filter(({ first }) => first === done).sort((a, b) => b.n - a.n);
    const whole = await firstWhole(next, { key, width });
    if (whole === null) return parts;
    parts.push(whole);
    done += whole.n;
  }
}

/** How many rows the parts of an answer have together, by their names: how far who computes it is. */
export async function rowsInParts({ folder, stem }: { folder: string; stem: string }): Promise<number> {
  const named = (await filesOf(folder, stem)).flatMap((name) => partNamed(folder, name));
  return Math.max(0, ...named.map(({ first, n }) => first + n));
}

function partNamed(folder: string, name: string): StoredRows[] {
  const [, first, n] = partPattern.exec(name) ?? [];
  return first === undefined || n === undefined
    ? []
    : [{ path: join(folder, name), first: Number(first), n: Number(n) }];
}

async function firstWhole(
  parts: readonly StoredRows[],
  { key, width }: { key: string; width: number },
): Promise<StoredRows | null> {
  for (const part of parts) {
    try {
      const { about, rows } = await openAnswers(part.path, { key });
      await rows.dispose();
      if (about.first === part.first && rows.n === part.n && rows.width === width && part.n > 0) return part;
    } catch (error) {
      // Damaged, of another, or taken away by the process that has just finished: it is made again.
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return null;
}

/** The rows of parts, one part at a time. */
export async function* rowsOfParts(
  parts: readonly StoredRows[],
  { key }: { key: string },
): AsyncGenerator<Float32Array> {
  for (const { path } of parts) {
    const { rows } = await openAnswers(path, { key });
    try {
      yield await rows.all();
    } finally {
      await rows.dispose();
    }
  }
}

/** Deletes the parts of an answer that is whole now. */
export async function clearParts({ folder, stem }: { folder: OpenedFolder; stem: string }): Promise<void> {
  for (const name of await folder.names()) {
    if (name.startsWith(`${stem}.`) && partPattern.test(name)) await rm(folder.at(name), { force: true });
  }
}

async function filesOf(folder: string, stem: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.startsWith(`${stem}.`));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the cache' });
  }
}
