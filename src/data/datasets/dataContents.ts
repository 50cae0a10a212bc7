import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/json.js';
import type { DataSource } from '../../core/datasets/datasets.js';
import type { ImagesSource } from '../../core/datasets/images.js';
import { assertNever } from '../../core/problem.js';
import type { FileHashes } from '../../node/files/fileHash.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';

/** The files of the binary CIFARs and of the IDX sets, packed or not. */
const dataFile = /\.bin$|-ubyte(\.gz)?$/;

/**
 * What stands for the contents of a data set of the user's own files: their SHA-256. Undefined for the sets that
 * Distillery knows where to find.
 * @throws ProblemError where a file cannot be read
 */
export async function dataContents(
  source: Exclude<DataSource, ImagesSource>,
  { hashes, signal }: { hashes: FileHashes; signal?: AbortSignal },
): Promise<string | undefined> {
  const hashed = (paths: readonly string[]): Promise<string[]> =>
    Promise.all(paths.map((path) => hashes.of(path, { ...(signal && { signal }) })));
  switch (source.kind) {
    case 'mnist':
      return undefined;
    case 'idx': {
      if (source.folder !== null) return folderContents(source.folder, hashed);
      const { train, test } = source.files;
      return sha256(canonicalJson(await hashed([train.images, train.labels, test.images, test.labels])));
    }
    case 'cifar':
      return source.folder === null ? undefined : folderContents(source.folder, hashed);
    default:
      return assertNever(source);
  }
}

/** By what the files are called, and not by the folders they lie in. */
async function folderContents(
  folder: string,
  hashed: (paths: readonly string[]) => Promise<string[]>,
): Promise<string> {
  const names = (await filesBelow(folder)).filter((name) => dataFile.test(name));
  const hashesOf = await hashed(names.map((name) => join(folder, name)));
  const known = names.map((name, index): [string, string] => [name.split('/').at(-1) ?? name, hashesOf[index] ?? '']);
  return sha256(canonicalJson(known.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Paths of all files below a folder, in the order of their names, with `/` on every system. */
async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (inside: string): Promise<void> => {
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) await look(name);
      else found.push(name);
    }
  };
  try {
    await look('');
  } catch (error) {
    // Where a folder is gone, what is in it is gone too, and told by whoever reads the data set.
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: folder, attempt: 'look into the data set' });
  }
  return found.sort();
}
