import { constants } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ProblemError } from '../../core/problem.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { readRegular } from '../../node/files/regularFile.js';

/** A file of a data set, and what to do where it is missing or damaged. */
export interface DataFile {
  readonly file: string;
  readonly fix: string;
}

/**
 * The bytes of a file of a data set.
 * @param dataset what the message calls it
 * @throws ProblemError `dataset-missing` where there is none; `no-permission`, …
 */
export async function readDataFile({ file, fix }: DataFile, { dataset }: { dataset: string }): Promise<Uint8Array> {
  try {
    return await readRegular(file, { attempt: 'read the data set', most: constants.MAX_LENGTH });
  } catch (error) {
    throw dataFileProblem(error, { file, fix, dataset });
  }
}

/** Bytes of a file of a data set. @throws ProblemError as {@link readDataFile} */
export async function dataFileSize({ file, fix }: DataFile, { dataset }: { dataset: string }): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw dataFileProblem(error, { file, fix, dataset });
  }
}

function dataFileProblem(error: unknown, { file, fix, dataset }: DataFile & { dataset: string }): ProblemError {
  if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
    return fileProblem(error, { path: file, attempt: 'read the data set' });
  }
  return new ProblemError(
    { code: 'dataset-missing', message: `A file of the data set ${dataset} is not there.`, fix, place: { file } },
    { cause: error },
  );
}

/** Bytes that are unpacked before it is looked what size they say. */
const pieceBytes = 64 * 1024;

/**
 * The bytes as they were before gzip, where gzip made them; any others as they are. No more is unpacked than the file
 * says itself: gzip makes a thousand bytes of one.
 * @param sizeOf of a file of which so much is there; null where it does not say
 * @throws ProblemError `dataset-damaged` where gzip's own check fails, or there is more; what `sizeOf` throws
 */
export async function unzipped(
  bytes: Uint8Array,
  { file, fix }: DataFile,
  sizeOf: (begin: Uint8Array) => number | null,
): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const damaged = (reason: string, cause?: unknown): ProblemError =>
    new ProblemError(
      { code: 'dataset-damaged', message: `The file cannot be unpacked: ${reason}.`, fix, place: { file } },
      { cause },
    );
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  gunzip.end(bytes);
  const pieces: AsyncIterable<Uint8Array> = gunzip;
  const unpacked: Uint8Array[] = [];
  let size: number | null = null;
  let found = 0;
  try {
    for await (const piece of pieces) {
      if (found === 0) size = sizeOf(piece);
      unpacked.push(piece);
      found += piece.length;
      // What it is not can be told from its beginning.
      if (size === null) break;
      if (found > size) throw damaged(`it holds more than the ${size} bytes that it says`);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw damaged(error instanceof Error ? error.message : String(error), error);
  } finally {
    gunzip.destroy();
  }
  return Buffer.concat(unpacked);
}
