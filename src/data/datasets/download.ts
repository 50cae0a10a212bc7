import { constants } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ProblemError } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';
import { errorCode } from '../../node/fileProblem.js';
import { openOwn, type OwnFile } from '../../node/files/ownFile.js';

export interface DownloadOptions {
  /** The size of the whole file. */
  readonly bytes: number;
  /** Aborting leaves what came so far: the next download goes on from there. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Milliseconds before a broken connection is tried again; a second unless given. */
  readonly patience?: number;
}

/** Times in a row that a connection may break before it is given up. */
const attempts = 5;

/**
 * Downloads a file by HTTP, going on from what lies there of it already. A connection that breaks is tried again, from
 * where it broke. What the file holds is not looked at but for its size.
 * @param target where it is written to; a part of it may be there
 * @throws ProblemError `offline`, `download-refused`, `download-broken`, `archive-other`, `disk-full`, …; the signal's reason
 */
export async function download(url: string, target: OwnFile, options: DownloadOptions): Promise<void> {
  const { signal, bytes, patience = 1000 } = options;
  let broken = 0;
  for (;;) {
    signal.throwIfAborted();
    const before = await sizeOf(target);
    if (before === bytes) return;
    try {
      await receive(url, target, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      const after = await sizeOf(target);
      broken = after > before ? 1 : broken + 1;
      const unreachable = !error.answered && after === 0;
      if (broken >= attempts || unreachable) throw error.problem({ url, done: after, bytes });
      await wait(patience, undefined, { signal });
    }
  }
}

/** A connection that could not be made, or that ended too early. */
class Broken extends Error {
  /** Whether the server had answered before. */
  readonly answered: boolean;

  constructor(
    /** Null where the other side closed it without an error. */
    private readonly reason: unknown,
    { answered }: { answered: boolean },
  ) {
    super('the connection broke off', { cause: reason });
    this.answered = answered;
  }

  problem({ url, done, bytes }: { url: string; done: number; bytes: number }): ProblemError {
    const reason = this.reason === null ? 'the server closed the connection' : reasonOf(this.reason);
    if (!this.answered && done === 0) {
      return new ProblemError(
        {
          code: 'offline',
          message: `${new URL(url).host} cannot be reached: ${reason}.`,
          fix: 'Check the network. Without one, bring the archive from elsewhere and use `--file ARCHIVE`; `--url` takes it from another server.',
        },
        { cause: this },
      );
    }
    return new ProblemError(
      {
        code: 'download-broken',
        message: `The connection to ${new URL(url).host} broke off after ${words(done)} of ${words(bytes)}: ${reason}.`,
        fix: 'Try again: it goes on from there.',
      },
      { cause: this },
    );
  }
}

/** One connection: asks for what is missing and writes what comes. */
async function receive(url: string, target: OwnFile, { bytes, signal, onProgress }: DownloadOptions): Promise<void> {
  const { folder, name } = target;
  const have = await sizeOf(target);
  if (have > bytes) {
    await rm(folder.at(name));
    return;
  }
  // A compressed transfer would have another size, and no ranges.
  const headers = { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
  const response = await fetch(url, { headers, signal }).catch((error: unknown) => {
    throw new Broken(error, { answered: false });
  });
  if (response.status === 416) {
    await rm(folder.at(name));
    return;
  }
  if (!response.ok || response.body === null) throw refused(response, url);
  const start = startOf(response);
  if (start !== have && start !== 0) throw refused(response, url);
  const offered = Number(response.headers.get('content-length') ?? NaN);
  if (Number.isFinite(offered) && start + offered !== bytes) throw otherSize({ url, found: start + offered, bytes });
  const flags = constants.O_WRONLY | constants.O_CREAT | (start === 0 ? constants.O_TRUNC : constants.O_APPEND);
  const file = await openOwn(target, { flags, attempt: 'write the download' });
  try {
    let done = start;
    const body: AsyncIterable<Uint8Array> = response.body;
    const chunks = body[Symbol.asyncIterator]();
    const next = (): ReturnType<typeof chunks.next> =>
      chunks.next().catch((error: unknown) => {
        throw new Broken(error, { answered: true });
      });
    for (let chunk = await next(); chunk.done !== true; chunk = await next()) {
      const { value } = chunk;
      done += value.length;
      if (done > bytes) throw otherSize({ url, found: done, bytes });
      await file.writeFile(value).catch((error: unknown) => {
        throw folder.problemOf(error, { name, attempt: 'write the download' });
      });
      onProgress(done, bytes);
    }
    if (done < bytes) throw new Broken(null, { answered: true });
  } finally {
    await file.close();
  }
}

/** The first byte of what a server sends: 0 where it sends the whole file, whatever was asked for. */
function startOf(response: Response): number {
  if (response.status !== 206) return 0;
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  return start === undefined ? NaN : Number(start);
}

function refused({ status, statusText }: Response, url: string): ProblemError {
  const words = statusText === '' ? String(status) : `${status} ${statusText}`;
  return new ProblemError({
    code: 'download-refused',
    message: `${url} cannot be downloaded: the server answers ${words}.`,
    fix: 'Check the address, or name another one with `--url`.',
  });
}

function otherSize({ url, found, bytes }: { url: string; found: number; bytes: number }): ProblemError {
  return new ProblemError({
    code: 'archive-other',
    message: `${url} is another file: it has ${found} bytes or more, expected ${bytes}.`,
    fix: 'Check the address, or name another one with `--url`.',
  });
}

/** Bytes of a file; 0 where there is none. */
async function sizeOf({ folder, name }: OwnFile): Promise<number> {
  try {
    return (await lstat(folder.at(name))).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw folder.problemOf(error, { name, attempt: 'look at the download' });
  }
}

/** The system's word for it, which fetch hides in the cause: `getaddrinfo ENOTFOUND …`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return message === '' ? (errorCode(cause) ?? 'no reason is known') : message;
}
