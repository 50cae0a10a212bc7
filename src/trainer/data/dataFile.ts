import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProblemError } from '../../core/problem.js';
import { errorCode, fileProblem } from '../../run/files/fileProblem.js';

/** A file of a data set, and what to do where it is missing or damaged. */
export interface DataFile {
  readonly file: string;
  readonly mend: string;
}

/**
 * The bytes of a file of a data set.
 * @param dataset what the message calls it
 * @throws ProblemError `dataset-missing` where there is none; `no-permission`, …
 */
export async function readDataFile({ file, mend }: DataFile, { dataset }: { dataset: string }): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw dataFileProblem(error, { file, mend, dataset });
  }
}

/** Bytes of a file of a data set. @throws ProblemError as {@link readDataFile} */
export async function dataFileSize({ file, mend }: DataFile, { dataset }: { dataset: string }): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw dataFileProblem(error, { file, mend, dataset });
  }
}

function dataFileProblem(error: unknown, { file, mend, dataset }: DataFile & { dataset: string }): ProblemError {
  if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
    return fileProblem(error, { path: file, attempt: 'read the data set' });
  }
  return new ProblemError(
    { code: 'dataset-missing', message: `A file of the data set ${dataset} is not there.`, mend, place: { file } },
    { cause: error },
  );
}

const inflate = promisify(gunzip);

/**
 * The bytes as they were before gzip, where gzip made them; any others as they are.
 * @throws ProblemError `dataset-damaged` where gzip's own check fails
 */
export async function unzipped(bytes: Uint8Array, { file, mend }: DataFile): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflate(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      { code: 'dataset-damaged', message: `The file cannot be unpacked: ${reason}.`, mend, place: { file } },
      { cause: error },
    );
  }
}
