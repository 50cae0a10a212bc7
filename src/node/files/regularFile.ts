import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ProblemError } from '../../core/problem.js';
import { bytes as sizeWords } from '../../core/words.js';
import { errorCode, fileProblem } from '../fileProblem.js';

/** How a file may be read that somebody else may have put there. */
export interface ReadBounds {
  /** What is tried, as in "could not <attempt>": it begins with `read` or `look`. */
  readonly attempt: string;
  /** Bytes. A larger file is refused before anything is allocated for it. */
  readonly most: number;
}

/**
 * Opens a file for reading, if it is one: a pipe, a device or a socket would keep whoever reads it waiting, for ever or
 * until the memory is full. Opening never waits.
 * @throws ProblemError `not-a-regular-file`, `not-a-file`, `file-missing`, `no-permission`, …
 */
export async function openRegular(path: string, { attempt }: Pick<ReadBounds, 'attempt'>): Promise<FileHandle> {
  let file: FileHandle | null = null;
  try {
    // Without waiting: a pipe that nobody writes to opens at once. Windows has no such flag: it reads as 0.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile()) return file;
    throw found.isDirectory() ? isFolder(path, attempt) : notRegular(path);
  } catch (error) {
    await file?.close();
    // A socket cannot be opened at all.
    if (errorCode(error) === 'ENXIO') throw notRegular(path);
    throw fileProblem(error, { path, attempt });
  }
}

/** All of a file that has at most so many bytes. @throws ProblemError as {@link openRegular}, and `file-too-large` */
export async function readRegular(path: string, { attempt, most }: ReadBounds): Promise<Buffer> {
  const file = await openRegular(path, { attempt });
  try {
    const { size } = await file.stat();
    if (size > most) throw tooLarge(path, { size, most, attempt });
    const bytes = Buffer.allocUnsafe(size);
    let done = 0;
    for (let read = -1; read !== 0 && done < size; done += read) {
      ({ bytesRead: read } = await file.read(bytes, done, size - done, done));
    }
    return bytes.subarray(0, done);
  } catch (error) {
    throw fileProblem(error, { path, attempt });
  } finally {
    await file.close();
  }
}

/** A text in UTF-8; bytes that are none become U+FFFD. @throws ProblemError as {@link readRegular} */
export async function readRegularText(path: string, bounds: ReadBounds): Promise<string> {
  return (await readRegular(path, bounds)).toString('utf8');
}

const isFolder = (path: string, attempt: string): ProblemError =>
  new ProblemError({
    code: 'not-a-file',
    message: `Could not ${attempt}: it is a folder, not a file.`,
    fix: 'Check the path.',
    place: { file: path },
  });

/** Something stands where a file is expected that is none, and no folder. */
export const notRegular = (path: string): ProblemError =>
  new ProblemError({
    code: 'not-a-regular-file',
    message: 'This is a pipe, a device or a socket; a file is expected here.',
    fix: 'Put the file itself here, or move away what is here.',
    place: { file: path },
  });

const tooLarge = (
  path: string,
  { size, most, attempt }: { size: number; most: number; attempt: string },
): ProblemError =>
  new ProblemError({
    code: 'file-too-large',
    message: `Could not ${attempt}: it has ${sizeWords(size)}, and at most ${sizeWords(most)} are read.`,
    fix: 'Check that this is the right file.',
    place: { file: path },
  });
