import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { writeFileAtomic } from '../../node/files/atomicFile.js';
import { fileProblem } from '../../node/fileProblem.js';
import { isDamage } from '../../node/safetensors/fileSums.js';
import type { OwnFile } from '../../node/files/ownFile.js';
import { writeAt } from '../../node/files/writeAt.js';
import { oneTensorHead, readOneTensor } from '../../node/safetensors/oneTensor.js';
import { rowsInMemory, rowsOfFile, type Rows } from './rows.js';
import { readExactly } from '../../node/safetensors/safetensorsHead.js';
import { openRegular } from '../../node/files/regularFile.js';

/** What frozen networks say of pictures, or hand to their heads. */
export const answerKinds = ['logits', 'features'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** What a file of answers says of itself. */
const aboutSchema = z.object({
  version: z.literal(1),
  kind: z.enum(answerKinds),
  /** SHA-256 of all that decides the answers: network, weights, preprocessing, pictures. */
  key: z.string(),
  /** For people: whose answers, to which pictures. */
  what: z.string(),
  /** The first row: above 0 in a part of what is not whole yet. */
  first: z.int().min(0),
  /** Of the bytes of the rows. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AnswersAbout = z.output<typeof aboutSchema>;

const tensorName = 'rows';
/** Rows are read into memory up to this, and from the file where there are more. */
const mostBytesInMemory = 512 * 2 ** 20;
const pieceBytes = 8 * 2 ** 20;

/**
 * Writes answers whole or not at all, as safetensors with one tensor `rows`, F32 [n, width].
 * @param pieces the rows in order, piece by piece
 * @throws ProblemError `disk-full`, `no-permission`, …
 */
export async function writeAnswers(
  target: OwnFile,
  about: Omit<AnswersAbout, 'version' | 'sha256'>,
  { n, width, pieces }: { n: number; width: number; pieces: AsyncIterable<Float32Array> | Iterable<Float32Array> },
): Promise<void> {
  const tensor = { name: tensorName, dtype: 'F32', shape: [n, width] } as const;
  const head = (sha256: string): Uint8Array => oneTensorHead(tensor, { ...about, version: 1, sha256 });
  await writeFileAtomic(target, async (file) => {
    const hash = createHash('sha256');
    let at = head('0'.repeat(64)).length;
    for await (const piece of pieces) {
      const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
      hash.update(bytes);
      await writeAt(file, bytes, at);
      at += bytes.length;
    }
    // Only now is the checksum known; it takes the room that was left for it.
    const whole = head(hash.digest('hex'));
    await writeAt(file, whole, 0);
    if (at !== whole.length + 4 * n * width) throw new Error(`${at} bytes were written for ${n} rows of ${width}`);
  });
}

/**
 * Opens answers and checks all of them: that they are of this key, and every byte.
 * @throws ProblemError `answers-of-another` for other answers; `answers-damaged` for what is cut short or changed;
 *   `file-missing`, `no-permission`, …
 */
export async function openAnswers(
  path: string,
  { key }: { key: string },
): Promise<{ readonly about: AnswersAbout; readonly rows: Rows }> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the stored answers' });
    const { about, n, width, begin } = await readAbout(file, path);
    if (about.key !== key) throw ofAnother(path);
    const bytes = 4 * n * width;
    const values = bytes <= mostBytesInMemory ? new Float32Array(n * width) : null;
    if (about.sha256 !== (await checksum(file, { path, begin, bytes, values }))) {
      throw damaged(path, 'its bytes are not those that were written');
    }
    if (values !== null) return { about, rows: rowsInMemory(values, { n, width }) };
    const rows = rowsOfFile(file, { path, begin, n, width });
    file = null;
    return { about, rows };
  } catch (error) {
    if (isDamage(error)) throw damaged(path, 'its bytes are not those that were written');
    throw fileProblem(error, { path, attempt: 'read the stored answers' });
  } finally {
    await file?.close();
  }
}

/** What a file says that it holds; its rows are not read. @throws ProblemError as {@link openAnswers} */
export async function describeAnswers(path: string): Promise<{ about: AnswersAbout; n: number; width: number }> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the stored answers' });
    const { about, n, width } = await readAbout(file, path);
    return { about, n, width };
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the stored answers' });
  } finally {
    await file?.close();
  }
}

async function readAbout(file: FileHandle, path: string) {
  const expected = { name: tensorName, dtype: 'F32', rank: 2, about: aboutSchema, damaged } as const;
  const { about, shape, begin } = await readOneTensor(file, path, expected);
  const [n = 0, width = 0] = shape;
  return { about, n, width, begin };
}

/** SHA-256 of the rows; they are kept in `values` where there is room. */
async function checksum(
  file: FileHandle,
  { path, begin, bytes, values }: { path: string; begin: number; bytes: number; values: Float32Array | null },
): Promise<string> {
  const hash = createHash('sha256');
  const whole = values === null ? null : new Uint8Array(values.buffer);
  const buffer = whole === null ? new Uint8Array(pieceBytes) : null;
  for (let at = 0; at < bytes; at += pieceBytes) {
    const size = Math.min(pieceBytes, bytes - at);
    const piece = (whole ?? buffer)?.subarray(whole === null ? 0 : at, (whole === null ? 0 : at) + size);
    if (piece === undefined) throw new Error('there is a buffer of one kind');
    await readExactly(file, piece, { at: begin + at, path });
    hash.update(piece);
  }
  return hash.digest('hex');
}

const damaged = (path: string, what: string): ProblemError =>
  new ProblemError({
    code: 'answers-damaged',
    message: `These stored answers are damaged: ${what}.`,
    fix: 'They are computed again; the file may be deleted.',
    place: { file: path },
  });

const ofAnother = (path: string): ProblemError =>
  new ProblemError({
    code: 'answers-of-another',
    message: 'These stored answers belong to another network, or to other pictures.',
    fix: 'They are computed again; the file may be deleted.',
    place: { file: path },
  });
