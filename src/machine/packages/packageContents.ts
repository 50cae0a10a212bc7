import { createHash, type Hash } from 'node:crypto';
import { opendir, readlink, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { bytes } from '../../core/words.js';
import { openRegular } from '../../node/files/regularFile.js';
import { manifestOf, upwards, type Manifest } from './nearPackages.js';

/** More than any installation of TensorFlow has, with CUDA. */
const filesMost = 200_000;
const bytesMost = 20e9;

/**
 * A hash (SHA-256) of all that loading a package may load: every file of the package and of the packages that it depends
 * on, as Node would find them from there, with their places. Packages in a `node_modules` of theirs count where one of
 * them depends on them.
 * @param folder the package's own, without links
 * @throws ProblemError `package-too-large`, or what is wrong with a file
 */
export async function packageContents(folder: string): Promise<string> {
  const counted = { files: 0, bytes: 0 };
  const hash = createHash('sha256');
  const seen = new Set([folder]);
  // Grows while it is gone through.
  for (const each of seen) {
    hash.update(`package ${JSON.stringify(relative(folder, each))}\n`);
    await addFiles(hash, { root: each, counted });
    const manifest = await manifestOf(each);
    for (const name of manifest === null ? [] : dependenciesOf(manifest)) {
      const place = await placeOf(name, each);
      if (place !== null) seen.add(place);
    }
  }
  return hash.digest('hex');
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  const names = [dependencies, optionalDependencies, peerDependencies].flatMap((part) => Object.keys(part));
  // As npm allows them: a name that leads elsewhere is none.
  return [...new Set(names)].filter((name) => /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/.test(name)).sort();
}

/** Where Node would find a package that is imported from a folder. */
async function placeOf(name: string, from: string): Promise<string | null> {
  for (const folder of upwards(from)) {
    const place = await realpath(join(folder, 'node_modules', name)).catch(() => null);
    if (place !== null) return place;
  }
  return null;
}

interface Counted {
  files: number;
  bytes: number;
}

async function addFiles(hash: Hash, { root, counted }: { root: string; counted: Counted }): Promise<void> {
  const folders = [root];
  for (const folder of folders) {
    const entries: { name: string; isFolder: boolean; isLink: boolean }[] = [];
    for await (const entry of await opendir(folder)) {
      if (++counted.files > filesMost) throw tooLarge(root, `more than ${filesMost} files`);
      entries.push({ name: entry.name, isFolder: entry.isDirectory(), isLink: entry.isSymbolicLink() });
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, isFolder, isLink } of entries) {
      const path = join(folder, name);
      if (isFolder) {
        if (name !== 'node_modules') folders.push(path);
        continue;
      }
      const target = isLink ? await readlink(path) : null;
      hash.update(`${JSON.stringify([relative(root, path), target])} `);
      if ((await stat(path).catch(() => null))?.isFile() === true) await addFile(hash, { path, counted });
      hash.update('\n');
    }
  }
}

async function addFile(hash: Hash, { path, counted }: { path: string; counted: Counted }): Promise<void> {
  const own = createHash('sha256');
  const file = await openRegular(path, { attempt: 'read what would be loaded' });
  for await (const chunk of file.createReadStream()) {
    if (!(chunk instanceof Uint8Array)) continue;
    counted.bytes += chunk.length;
    if (counted.bytes > bytesMost) throw tooLarge(path, `more than ${bytes(bytesMost)}`);
    own.update(chunk);
  }
  hash.update(own.digest('hex'));
}

const tooLarge = (file: string, what: string): ProblemError =>
  new ProblemError({
    code: 'package-too-large',
    message: `This package and what it depends on have ${what}: it cannot be trusted by its contents.`,
    fix: 'Install TensorFlow for yourself instead: `distillery engines install tensorflow`.',
    place: { file },
  });
