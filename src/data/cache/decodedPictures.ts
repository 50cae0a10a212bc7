import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { writeAt } from '../../node/files/writeAt.js';
import { writeFileAtomic } from '../../node/files/atomicFile.js';
import { fileProblem } from '../../node/fileProblem.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import type { OwnFile } from '../../node/files/ownFile.js';
import { oneTensorHead, readOneTensor } from '../../node/safetensors/oneTensor.js';
import type { Pictures } from './pictures.js';
import { readExactly } from '../../node/safetensors/safetensorsHead.js';
import { openRegular } from '../../node/files/regularFile.js';

/** A file that no picture could be decoded from: which of those that were asked for, and words that follow its name. */
const damagedFileSchema = z.object({ index: z.int().min(0), why: z.string() });

/** Pictures of a split as they were decoded, in their order, and the SHA-256 of their bytes. */
export interface DecodedSplit extends Pictures {
  readonly sha256: string;
  /** Files that have no picture here. */
  readonly damaged: readonly z.output<typeof damagedFileSchema>[];
}

const aboutSchema = z.object({
  version: z.literal(1),
  /** SHA-256 of all that decides the pictures: their files, the size, the decoder. */
  key: z.string(),
  /** For people: which pictures of which folder. */
  what: z.string(),
  /** Stands for the pictures in the keys of what is computed from them. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the same bytes, checked whenever they are read: it finds what a disk or a crash does, twenty times as fast. */
  crc32: z.int().min(0),
  /** Absent from files that were written before pictures could be left out. */
  damaged: z.array(damagedFileSchema).default([]),
});
type About = z.output<typeof aboutSchema>;

const tensorName = 'pictures';
const pieceBytes = 16 * 2 ** 20;

/** Writes pictures whole or not at all, U8 [n, height, width, channels]. @throws ProblemError `disk-full`, … */
export async function writeDecoded(
  target: OwnFile,
  { key, what }: Pick<About, 'key' | 'what'>,
  { n, height, width, channels, pixels, sha256, damaged }: DecodedSplit,
): Promise<void> {
  let check = 0;
  for (const { bytes } of piecesOf(pixels)) check = crc32(bytes, check);
  const about: About = { version: 1, key, what, sha256, crc32: check, damaged: [...damaged] };
  const head = oneTensorHead({ name: tensorName, dtype: 'U8', shape: [n, height, width, channels] }, about);
  await writeFileAtomic(target, async (file) => {
    await writeAt(file, head, 0);
    for (const { bytes, at } of piecesOf(pixels)) await writeAt(file, bytes, head.length + at);
  });
}

/**
 * Reads pictures and checks them: that they are of this key, and every byte.
 * @throws ProblemError `decoded-of-another` for other pictures; `decoded-damaged` for what is cut short or changed;
 *   `file-missing`, `no-permission`, …
 */
export function readDecoded(path: string, { key }: { key: string }): Promise<DecodedSplit> {
  return withFile(path, async (file) => {
    const { about, shape, begin } = await readAbout(file, path);
    if (about.key !== key) throw ofAnother(path);
    const pixels = new Uint8Array(shape.n * shape.height * shape.width * shape.channels);
    const pieces = [...piecesOf(pixels)];
    const read = async (piece: (typeof pieces)[number] | undefined): Promise<void> => {
      if (piece !== undefined) await readExactly(file, piece.bytes, { at: begin + piece.at, path });
    };
    let check = 0;
    let reading = read(pieces[0]);
    for (const [index, { bytes }] of pieces.entries()) {
      await reading;
      // The disk goes on while a piece is checked.
      reading = read(pieces[index + 1]);
      check = crc32(bytes, check);
    }
    if (check !== about.crc32) throw damagedFile(path, 'its bytes are not those that were written');
    return { ...shape, pixels, sha256: about.sha256, damaged: about.damaged };
  });
}

/** What a file says that it holds; its pictures are not read. @throws ProblemError as {@link readDecoded} */
export function describeDecoded(path: string): Promise<Omit<Pictures, 'pixels'> & Pick<About, 'what'>> {
  return withFile(path, async (file) => {
    const { about, shape } = await readAbout(file, path);
    return { ...shape, what: about.what };
  });
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the decoded pictures' });
    return await use(file);
  } catch (error) {
    if (isDamage(error)) throw damagedFile(path, 'its bytes are not those that were written');
    throw fileProblem(error, { path, attempt: 'read the decoded pictures' });
  } finally {
    await file?.close();
  }
}

async function readAbout(file: FileHandle, path: string) {
  const expected = { name: tensorName, dtype: 'U8', rank: 4, about: aboutSchema, damaged: damagedFile } as const;
  const { about, shape, begin } = await readOneTensor(file, path, expected);
  const [n = 0, height = 0, width = 0, channels] = shape;
  if (channels !== 1 && channels !== 3) throw damagedFile(path, 'its pictures are neither grey nor in colour');
  return { about, shape: { n, height, width, channels } as const, begin };
}

function* piecesOf(pixels: Uint8Array): Generator<{ bytes: Uint8Array; at: number }> {
  for (let at = 0; at < pixels.length; at += pieceBytes) yield { bytes: pixels.subarray(at, at + pieceBytes), at };
}

const damagedFile = (path: string, what: string): ProblemError =>
  new ProblemError({
    code: 'decoded-damaged',
    message: `These decoded pictures are damaged: ${what}.`,
    fix: 'They are decoded again; the file may be deleted.',
    place: { file: path },
  });

const ofAnother = (path: string): ProblemError =>
  new ProblemError({
    code: 'decoded-of-another',
    message: 'These decoded pictures are of other files, or of another size.',
    fix: 'They are decoded again; the file may be deleted.',
    place: { file: path },
  });
