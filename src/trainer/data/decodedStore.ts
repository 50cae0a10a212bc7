import { lutimes, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/json.js';
import { formatProblem, ProblemError } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';
import { readDecoded, writeDecoded, type DecodedSplit } from '../../data/cache/decodedPictures.js';
import { withShared, type SharedFolder } from '../../data/cache/sharedFolder.js';
import { fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import type { OwnFile } from '../../node/files/ownFile.js';
import { clearLitter } from '../../node/locks/litter.js';

/** Pictures that are wanted: what decides them, and how they are decoded where they are not stored. */
export interface DecodedRequest {
  /** All that decides the pictures. */
  readonly identity: object;
  /** For people: which pictures of which folder. */
  readonly what: string;
  /** Called only where they are not stored. */
  readonly decode: () => Promise<Omit<DecodedSplit, 'sha256'>>;
}

export interface DecodedStoreOptions {
  /** The cache. */
  readonly cache: SharedFolder;
  /** Takes what a person should know. */
  readonly note: (text: string) => void;
  /** Bytes that are free on the disk of a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** What decoded pictures may take, all together, of what would be free on the disk without them. */
const share = 1 / 4;
const entryPattern = /^decoded-[0-9a-f]{16}\.safetensors$/;

/**
 * Decoded pictures of image folders, kept for the next run: a sweep decodes a folder once. What is stored is checked when
 * it is read, and what is damaged is decoded again. They take at most a quarter of the disk's room; those that were used
 * longest ago go first. Two processes that decode the same do it twice and harm nothing: every file appears whole, by
 * rename.
 */
export class DecodedStore {
  readonly #options: Required<DecodedStoreOptions>;

  constructor(options: DecodedStoreOptions) {
    this.#options = { freeBytes: bytesFree, ...options };
  }

  /**
   * Stored pictures, or new ones.
   * @throws whatever decoding throws
   */
  async split({ identity, what, decode }: DecodedRequest): Promise<DecodedSplit> {
    const key = sha256(canonicalJson({ version: 1, identity }));
    const name = `decoded-${key.slice(0, 16)}.safetensors`;
    const stored = await this.#stored(name, key);
    if (stored !== null) return stored;
    const decoded = await decode();
    const split = { ...decoded, sha256: sha256(decoded.pixels) };
    try {
      await withShared(this.#options.cache, async (folder) => {
        const fits = await this.#makeRoom({ folder, name }, { what, bytes: split.pixels.length });
        if (fits) await writeDecoded({ folder, name }, { key, what }, split);
      });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#options.note(`The decoded pictures are not kept for other runs. ${formatProblem(error.problem)}`);
    }
    return split;
  }

  async #stored(name: string, key: string): Promise<DecodedSplit | null> {
    const { cache } = this.#options;
    const path = join(cache.path, name);
    try {
      const split = await readDecoded(path, { key });
      // Used just now, so others go first. Somebody else's cache may not be written to, and serves all the same.
      const now = new Date();
      await withShared(cache, (folder) => lutimes(folder.at(name), now, now)).catch(() => undefined);
      return split;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.problem.code !== 'file-missing')
        this.#options.note(`${error.problem.message} They are decoded again. ${path}`);
      return null;
    }
  }

  /** Whether there is room for an entry, once older ones have gone for it. */
  async #makeRoom({ folder, name }: OwnFile, { what, bytes }: { what: string; bytes: number }): Promise<boolean> {
    const { note, freeBytes } = this.#options;
    try {
      await clearLitter(folder);
      const others = (await entriesOf(folder)).filter((entry) => entry.name !== name);
      let taken = others.reduce((sum, entry) => sum + entry.bytes, 0);
      const most = share * ((await freeBytes(folder.path)) + taken);
      if (bytes > most) {
        note(
          `The decoded pictures (${what}) are not kept for other runs, which will decode them again: they take ${words(bytes)}, and a quarter of the disk's free room is ${words(most)}. Free some, or use a smaller \`data.size\`.`,
        );
        return false;
      }
      for (const entry of others.sort((a, b) => a.used - b.used)) {
        if (taken + bytes <= most) break;
        await rm(folder.at(entry.name), { force: true });
        taken -= entry.bytes;
        note(`${folder.nameOf(entry.name)} was deleted to make room for the decoded pictures of this run (${what}).`);
      }
      return true;
    } catch (error) {
      throw fileProblem(error, { path: folder.path, attempt: 'make room in the cache' });
    }
  }
}

/** Whole entries. */
async function entriesOf(folder: OpenedFolder): Promise<{ name: string; bytes: number; used: number }[]> {
  const entries: { name: string; bytes: number; used: number }[] = [];
  for (const name of await folder.names()) {
    if (!entryPattern.test(name)) continue;
    // Another process may just have taken it away.
    const found = await stat(folder.at(name)).catch(() => null);
    if (found !== null) entries.push({ name, bytes: found.size, used: found.mtimeMs });
  }
  return entries;
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
