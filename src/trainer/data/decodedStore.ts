import { mkdir, readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/json.js';
import { formatProblem, ProblemError } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';
import { readDecoded, writeDecoded, type DecodedSplit } from '../../run/cache/decodedPictures.js';
import { fileProblem } from '../../run/files/fileProblem.js';
import { sha256 } from '../../run/files/hash.js';
import { clearLitter } from '../../run/litter.js';

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
  /** The cache folder; it is made where it is not there. */
  readonly folder: string;
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
    const path = join(this.#options.folder, `decoded-${key.slice(0, 16)}.safetensors`);
    const stored = await this.#stored(path, key);
    if (stored !== null) return stored;
    const decoded = await decode();
    const split = { ...decoded, sha256: sha256(decoded.pixels) };
    try {
      if (await this.#makeRoom(path, { what, bytes: split.pixels.length }))
        await writeDecoded(path, { key, what }, split);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#options.note(`The decoded pictures are not kept for other runs. ${formatProblem(error.problem)}`);
    }
    return split;
  }

  async #stored(path: string, key: string): Promise<DecodedSplit | null> {
    try {
      const split = await readDecoded(path, { key });
      // Used just now, so others go first. Somebody else's cache may not be written to, and serves all the same.
      await utimes(path, new Date(), new Date()).catch(() => undefined);
      return split;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.problem.code !== 'file-missing')
        this.#options.note(`${error.problem.message} They are decoded again. ${path}`);
      return null;
    }
  }

  /** Whether there is room for an entry, once older ones have gone for it. */
  async #makeRoom(path: string, { what, bytes }: { what: string; bytes: number }): Promise<boolean> {
    const { folder, note, freeBytes } = this.#options;
    try {
      await mkdir(folder, { recursive: true });
      await clearLitter(folder);
      const others = (await this.#entries()).filter((entry) => entry.path !== path);
      let taken = others.reduce((sum, entry) => sum + entry.bytes, 0);
      const most = share * ((await freeBytes(folder)) + taken);
      if (bytes > most) {
        note(
          `The decoded pictures (${what}) are not kept for other runs, which will decode them again: they take ${words(bytes)}, and a quarter of the disk's free room is ${words(most)}. Free some, or use a smaller \`data.size\`.`,
        );
        return false;
      }
      for (const entry of others.sort((a, b) => a.used - b.used)) {
        if (taken + bytes <= most) break;
        await rm(entry.path, { force: true });
        taken -= entry.bytes;
        note(`${entry.path} was deleted to make room for the decoded pictures of this run (${what}).`);
      }
      return true;
    } catch (error) {
      throw fileProblem(error, { path: folder, attempt: 'make room in the cache' });
    }
  }

  /** Whole entries. */
  async #entries(): Promise<{ path: string; bytes: number; used: number }[]> {
    const { folder } = this.#options;
    const entries: { path: string; bytes: number; used: number }[] = [];
    for (const name of await readdir(folder)) {
      if (!entryPattern.test(name)) continue;
      const path = join(folder, name);
      // Another process may just have taken it away.
      const found = await stat(path).catch(() => null);
      if (found !== null) entries.push({ path, bytes: found.size, used: found.mtimeMs });
    }
    return entries;
  }
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
