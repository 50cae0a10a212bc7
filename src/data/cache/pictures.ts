import type { FileHandle } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import { dataIdentity } from '../../core/datasets/datasets.js';
import { canonicalJson } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { cacheFolder } from '../../run/cacheFolder.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import type { OwnFile } from '../../node/files/ownFile.js';
import { aboutIn, aboutMetadata } from '../../node/safetensors/oneTensor.js';
import { writeSafetensors } from '../../node/safetensors/safetensors.js';
import { readData, readHead } from '../../node/safetensors/safetensorsHead.js';
import type { SafetensorsLayout } from '../../node/safetensors/safetensorsLayout.js';
import { openRegular } from '../../node/files/regularFile.js';

export type EvaluatedSplit = 'validation' | 'test';

/** Pictures as bytes, row-major [n, height, width, channels]. */
export interface Pictures {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

const tensorName = 'pictures';
const picturesFile = /^pictures-[0-9a-f]{16}\.safetensors$/;

/** Rows this near to each other are read at once. */
const nearBytes = 64 * 1024;
/** What one answer may hold. */
const mostBytes = 256 * 2 ** 20;

/**
 * The file of the evaluation pictures of a data set, relative to the runs folder, with `/` on every system. It is named
 * by all that decides which pictures they are, so all runs on a data set share one.
 */
export function picturesName(runsDir: string, { data, split }: { data: DataSpec; split: EvaluatedSplit }): string {
  const key = sha256(canonicalJson({ version: 1, split, data: dataIdentity(data) })).slice(0, 16);
  const path = join(cacheFolder(runsDir), `pictures-${key}.safetensors`);
  return relative(resolve(runsDir), path).split(sep).join(posix.sep);
}

/**
 * The path of a file of pictures that a log names, which may name anything. Where the runs were moved into a folder that
 * keeps its cache elsewhere it is the file of that name there.
 * @throws ProblemError `pictures-elsewhere` for what is no file of pictures in a cache
 */
export function picturesPath(runsDir: string, name: string): string {
  const path = resolve(runsDir, name);
  const file = posix.basename(name);
  const isCached = ['../cache/', '.cache/'].some((folder) => name === folder + file);
  if (isCached && picturesFile.test(file)) return join(cacheFolder(runsDir), file);
  throw new ProblemError({
    code: 'pictures-elsewhere',
    message: `The log names \`${name}\` as its pictures, which is no file of the cache.`,
    fix: 'Repeat the run.',
    place: { file: path },
  });
}

/**
 * Writes a file of pictures whole or not at all.
 * @param what which pictures of which data set, for people
 * @throws ProblemError `disk-full`, `no-permission`, …
 */
export async function writePictures(
  target: OwnFile,
  { n, height, width, channels, pixels }: Pictures,
  { what }: { what: string },
): Promise<void> {
  const tensor = { dtype: 'U8', shape: [n, height, width, channels], data: pixels } as const;
  await writeSafetensors(target, { [tensorName]: tensor }, aboutMetadata({ version: 1, what }));
}

const aboutSchema = z.object({ what: z.string() });

/** What a file says that it holds; its header only is read. @throws ProblemError as {@link readPictures} */
export function describePictures(path: string): Promise<Omit<Pictures, 'pixels'> & { what: string | null }> {
  return withFile(path, async (file) => {
    const { shape, layout } = await readShape(file, path);
    const said = aboutSchema.safeParse(aboutIn(layout.metadata));
    return { ...shape, what: said.data?.what ?? null };
  });
}

/** How many pictures of which size a file holds; reads its header only. @throws ProblemError as {@link readPictures} */
export function readPicturesShape(path: string): Promise<Omit<Pictures, 'pixels'>> {
  return withFile(path, async (file) => (await readShape(file, path)).shape);
}

/**
 * The pictures with the given indices, in that order; only their bytes are read.
 * @throws ProblemError `pictures-missing`, `pictures-damaged`, `pictures-index`, `pictures-too-many`,
 *   `no-permission`, …
 */
export function readPictures(path: string, indices: readonly number[]): Promise<Pictures> {
  return withFile(path, async (file) => {
    const { shape, begin, layout } = await readShape(file, path);
    const size = shape.height * shape.width * shape.channels;
    const wrong = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= shape.n);
    if (wrong !== undefined) {
      throw new ProblemError({
        code: 'pictures-index',
        message: `There is no picture ${wrong}: the split has ${shape.n}.`,
        fix: 'Ask for one of them.',
        place: { file: path },
      });
    }
    if (indices.length * size > mostBytes) {
      throw new ProblemError({
        code: 'pictures-too-many',
        message: `${indices.length} pictures are more than are read at once.`,
        fix: 'Ask for fewer.',
        place: { file: path },
      });
    }
    const pixels = new Uint8Array(indices.length * size);
    for (const { first, last, rows } of stretches(indices, size)) {
      const bytes = new Uint8Array((last - first + 1) * size);
      await readData(file, bytes, { at: begin + first * size, layout, path });
      for (const { row, index } of rows) {
        const from = (index - first) * size;
        pixels.set(bytes.subarray(from, from + size), row * size);
      }
    }
    return { ...shape, n: indices.length, pixels };
  });
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the pictures' });
    return await use(file);
  } catch (error) {
    if (isDamage(error)) throw damagedPictures(error, path);
    if (errorCode(error) !== 'ENOENT') throw fileProblem(error, { path, attempt: 'read the pictures' });
    throw new ProblemError(
      {
        code: 'pictures-missing',
        message: 'The pictures of this data set are not in the cache.',
        fix: 'Run or resume any experiment on this data set: its trainer keeps them.',
        place: { file: path },
      },
      { cause: error },
    );
  } finally {
    await file?.close();
  }
}

const damagedPictures = (error: ProblemError, path: string): ProblemError =>
  new ProblemError(
    {
      code: 'pictures-damaged',
      message: `These pictures are damaged: they are not shown. ${error.problem.message}`,
      fix: 'They are made again by the next run on this data set, or when they are asked for where its data is there.',
      place: { file: path },
    },
    { cause: error },
  );

async function readShape(
  file: FileHandle,
  path: string,
): Promise<{
  shape: Omit<Pictures, 'pixels'>;
  /** Of the pictures in the data. */
  begin: number;
  layout: SafetensorsLayout;
}> {
  const layout = await readHead(file, path);
  const tensor = layout.tensors.find(({ name }) => name === tensorName);
  const [n, height, width, channels] = tensor?.shape ?? [];
  const whole =
    tensor?.dtype === 'U8' &&
    tensor.shape.length === 4 &&
    n !== undefined &&
    height !== undefined &&
    width !== undefined &&
    (channels === 1 || channels === 3);
  if (!whole || height === 0 || width === 0) {
    const found = tensor === undefined ? 'none' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    throw new ProblemError({
      code: 'pictures-damaged',
      message: `This is no file of pictures: expected a tensor \`${tensorName}\` of U8 [n, height, width, 1 or 3], found ${found}.`,
      fix: 'Delete it and run or resume an experiment on this data set.',
      place: { file: path },
    });
  }
  return { shape: { n, height, width, channels }, begin: tensor.begin, layout };
}

interface Stretch {
  readonly first: number;
  last: number;
  readonly rows: { readonly row: number; readonly index: number }[];
}

/** Groups indices so that each group lies close together in the file. */
function stretches(indices: readonly number[], size: number): Stretch[] {
  const sorted = indices.map((index, row) => ({ row, index })).sort((a, b) => a.index - b.index);
  const found: Stretch[] = [];
  for (const row of sorted) {
    const open = found.at(-1);
    if (open !== undefined && (row.index - open.last) * size <= nearBytes) {
      open.last = row.index;
      open.rows.push(row);
    } else found.push({ first: row.index, last: row.index, rows: [row] });
  }
  return found;
}
