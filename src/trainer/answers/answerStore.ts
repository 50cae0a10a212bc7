import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '../../core/json.js';
import { formatProblem, problemOf, ProblemError } from '../../core/problem.js';
import { openAnswers, writeAnswers, type AnswerKind, type AnswersAbout } from '../../data/cache/answers.js';
import { withShared, type SharedFolder } from '../../data/cache/sharedFolder.js';
import { errorCode } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';
import type { OpenedFolder } from '../../node/files/openedFolder.js';
import { clearLitter } from '../../node/locks/litter.js';
import { acquire, lockOwner } from '../../node/locks/lock.js';
import { rowsInMemory, type Rows } from '../../data/cache/rows.js';
import type { OnProgress } from '../progress.js';
import { clearParts, findParts, rowsInParts, rowsOfParts, writePart, type StoredRows } from './answerParts.js';
import type { RowMaker } from './frozenNet.js';

/** Answers that are wanted: what decides them, and how they are made where they are not stored. */
export interface AnswerRequest {
  readonly kind: AnswerKind;
  /** All that decides the answers. */
  readonly identity: object;
  /** For people: whose answers, to which pictures. */
  readonly what: string;
  readonly n: number;
  /** Called only where the answers are not stored. */
  readonly open: () => Promise<RowMaker>;
}

export interface AnswerStoreOptions {
  /** The cache. */
  readonly cache: SharedFolder;
  /** Takes what a person should know. */
  readonly note: (text: string) => void;
  readonly onProgress: (what: string) => OnProgress;
  /** Seconds of work after which what is done is kept. */
  readonly keepSeconds?: number;
}

/** Work of so many bytes is kept as well: no more need lie in memory. */
const mostPendingBytes = 256 * 2 ** 20;

/** How often it is looked whether another process is still at work. */
const lookMs = 500;

/**
 * Answers of frozen networks, computed once for all runs. What is stored is checked when it is read, and what is damaged
 * or half written is computed again; long work is kept in parts, so that a stop, or a crash, loses little of it. Of
 * processes that want the same one computes it, the others wait, and go on from its parts where it ends before it is
 * done. Where they do not know of each other they do it twice and harm nothing: every file appears whole, by rename.
 */
export class AnswerStore {
  readonly #options: Required<AnswerStoreOptions>;

  constructor(options: AnswerStoreOptions) {
    this.#options = { keepSeconds: 10, ...options };
  }

  /**
   * Stored answers, or new ones.
   * @throws ProblemError what is wrong with the network; whatever the progress throws, to stop
   */
  async rows(request: AnswerRequest): Promise<Rows> {
    const { kind, identity, what } = request;
    const key = sha256(canonicalJson({ version: 1, kind, n: request.n, identity }));
    const stem = `${kind}-${key.slice(0, 16)}`;
    const name = `${stem}.safetensors`;
    const wanted = { name, path: join(this.#options.cache.path, name), stem, about: { kind, key, what }, n: request.n };
    // Where nothing can be written, that is said once there is something to keep.
    await withShared(this.#options.cache, clearLitter).catch(() => undefined);
    const stored = await this.#stored(wanted, this.#options.note);
    if (stored !== null) return stored;
    const release = await this.#claim(stem);
    if (release === null) {
      await this.#wait(wanted);
      return this.rows(request);
    }
    try {
      // Who had the claim until now may just have finished. What is wrong with the entry was told above.
      const meanwhile = await this.#stored(wanted, () => undefined);
      if (meanwhile !== null) return meanwhile;
      const maker = await request.open();
      try {
        return await this.#made(maker, wanted);
      } finally {
        await maker.dispose();
      }
    } finally {
      release();
    }
  }

  /** What lets go of the answer again; null where another process computes it. */
  async #claim(stem: string): Promise<(() => void) | null> {
    let folder: OpenedFolder | null = null;
    try {
      const opened = await this.#options.cache.open();
      folder = opened;
      const { lock } = await acquire({ folder, name: lockName(stem) });
      if (lock === null) return null;
      folder = null;
      return () => {
        lock.release();
        void opened.close();
      };
    } catch (error) {
      if (!(error instanceof ProblemError) && errorCode(error) === undefined) throw error;
      // In a folder that may only be read nothing can be left for others: each computes for itself.
      return () => undefined;
    } finally {
      await folder?.close();
    }
  }

  /** @throws whatever the progress throws, to stop */
  async #wait({ stem, about, n }: Wanted): Promise<void> {
    const { cache, onProgress } = this.#options;
    const folder = cache.path;
    const report = onProgress(`${about.what}, by another run`);
    while ((await lockOwner({ folder, name: lockName(stem) })) !== null) {
      report(await rowsInParts({ folder, stem }), n);
      await sleep(lookMs);
    }
  }

  /** Made here; or elsewhere at the same time, by who takes parts away when it has finished. */
  async #made(maker: RowMaker, wanted: Wanted): Promise<Rows> {
    // Again, for the cache may have been cleared meanwhile.
    const folder = await this.#options.cache.open().catch((error: unknown) => {
      this.#notKept(error);
      return null;
    });
    if (folder === null) return this.#make(maker, { folder, wanted });
    try {
      return await this.#make(maker, { folder, wanted });
    } catch (error) {
      if (!isToMakeAgain(error, folder.path)) throw error;
      await folder.close();
      return (await this.#stored(wanted, this.#options.note)) ?? (await this.#made(maker, wanted));
    } finally {
      await folder.close();
    }
  }

  /** A cache that cannot be written costs time and no run. @throws what is no problem of the cache */
  #notKept(error: unknown): void {
    if (!(error instanceof ProblemError)) throw error;
    this.#options.note(`The answers are not kept for other runs. ${formatProblem(error.problem)}`);
  }

  async #stored({ path, stem, about: { key }, n }: Wanted, note: (text: string) => void): Promise<Rows | null> {
    try {
      const { about, rows } = await openAnswers(path, { key });
      if (about.first === 0 && rows.n === n) {
        // Whoever was killed just after the whole was written left its parts.
        await this.#tidy((folder) => clearParts({ folder, stem }));
        return rows;
      }
      await rows.dispose();
      throw new Error(`${path} has ${rows.n} rows from ${about.first}, expected ${n}`);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.problem.code !== 'file-missing') note(`${error.problem.message} They are computed again. ${path}`);
      return null;
    }
  }

  /** In a folder that may only be read, what is left stays. */
  async #tidy(clear: (folder: OpenedFolder) => Promise<void>): Promise<void> {
    try {
      await withShared(this.#options.cache, clear);
    } catch (error) {
      this.#options.note(`What a process left of stored answers could not be deleted. ${problemOf(error).message}`);
    }
  }

  async #make(
    maker: RowMaker,
    { folder, wanted: { name, path, stem, about, n } }: { folder: OpenedFolder | null; wanted: Wanted },
  ): Promise<Rows> {
    const { keepSeconds } = this.#options;
    const { width, batchSize } = maker;
    const parts = folder === null ? [] : await findParts({ folder: folder.path, stem, key: about.key, width });
    /** Where they can be kept; null once that has failed. */
    let target = folder;
    let pending: Float32Array[] = [];
    let done = parts.reduce((sum, part) => sum + part.n, 0);
    let kept = done;
    let since = performance.now();
    const report = this.#options.onProgress(about.what);
    const keep = async (): Promise<void> => {
      if (done === kept || target === null) return;
      try {
        const rows = { first: kept, n: done - kept, width, pieces: pending };
        parts.push(await writePart({ folder: target, stem, about }, rows));
      } catch (error) {
        if (isToMakeAgain(error, target.path)) throw error;
        this.#notKept(error);
        target = null;
        return;
      }
      kept = done;
      pending = [];
      since = performance.now();
    };
    try {
      while (done < n) {
        const count = Math.min(batchSize, n - done);
        pending.push((await maker.rows({ first: done, count })).slice());
        done += count;
        report(done, n);
        const worthIt = performance.now() - since >= 1000 * keepSeconds;
        if (worthIt || 4 * width * (done - kept) >= mostPendingBytes) await keep();
      }
    } catch (error) {
      // Who is asked to stop keeps what is done, unless it is a moment's work.
      if (performance.now() - since >= 100 * keepSeconds) await keep();
      throw error;
    }
    const pieces = (): AsyncIterable<Float32Array> => piecesOf(parts, pending, about);
    const whole = parts.length === 0 ? await joined(pieces(), n * width) : null;
    if (target !== null) {
      try {
        const rows = { n, width, pieces: whole === null ? pieces() : [whole] };
        await writeAnswers({ folder: target, name }, { ...about, first: 0 }, rows);
        await clearParts({ folder: target, stem });
        if (whole === null) return (await openAnswers(path, { key: about.key })).rows;
      } catch (error) {
        if (isToMakeAgain(error, target.path)) throw error;
        this.#notKept(error);
      }
    }
    return rowsInMemory(whole ?? (await joined(pieces(), n * width)), { n, width });
  }
}

/** Answers that are not stored, and where they belong. */
interface Wanted {
  readonly name: string;
  readonly path: string;
  readonly stem: string;
  readonly about: Pick<AnswersAbout, 'kind' | 'key' | 'what'>;
  readonly n: number;
}

const lockName = (stem: string): string => `computing-${stem}`;

/** Whether a file of the cache was there and whole, and is not any more. */
const isToMakeAgain = (error: unknown, folder: string): boolean =>
  error instanceof ProblemError &&
  ['file-missing', 'folder-moved', 'answers-damaged'].includes(error.problem.code) &&
  (error.problem.place?.file?.startsWith(folder) ?? false);

async function* piecesOf(
  parts: readonly StoredRows[],
  pending: readonly Float32Array[],
  { key }: { key: string },
): AsyncGenerator<Float32Array> {
  yield* rowsOfParts(parts, { key });
  yield* pending;
}

async function joined(pieces: AsyncIterable<Float32Array>, length: number): Promise<Float32Array> {
  const whole = new Float32Array(length);
  let at = 0;
  for await (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
