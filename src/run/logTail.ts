import { open, type FileHandle } from 'node:fs/promises';
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError, type Place, type Problem } from '../core/problem.js';
import { entrySchema, type Entry } from './entry.js';
import { errorCode, fileProblem } from './files/fileProblem.js';
import { newerFormat } from './newer.js';
import { stepsEntryOf } from './stepsEntry.js';

/** What was appended to a log since the last look. */
export interface LogChunk {
  readonly entries: readonly Entry[];
  /** Lines that are no entries, each with its place; the entries around them are whole. */
  readonly problems: readonly Problem[];
  /** The file was cut short or replaced: everything read before is void, this chunk begins anew. */
  readonly restarted: boolean;
  /** The chunk stopped at its size limit; there is more to read at once. */
  readonly more: boolean;
}

const newline = 0x0a;
const chunkBytes = 4 * 1024 * 1024;
/** Entries carry the time: no two logs have these bytes in one place. */
const seamBytes = 64;
const knownTypes: ReadonlySet<string> = new Set(entrySchema.options.map((option) => option.shape.type.value));

/**
 * Reads a growing log, each byte once. Tolerates a torn last line (waits for its rest), lines that are no entries
 * (reported), types of a newer version (skipped), and a file that is cut short or replaced (begins anew).
 */
export class LogTail {
  readonly path: string;
  #offset = 0;
  #line = 0;
  #identity: string | null = null;
  #rest: Buffer[] = [];
  /** When the file was written last, as of the last look. */
  #written = 0;
  /** The last bytes before the offset: a file that has others there now was written anew in its place. */
  #seam: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
  }

  /** A log that does not exist yet has no entries. @throws ProblemError when it cannot be read */
  async read(): Promise<LogChunk> {
    let file: FileHandle | null = null;
    try {
      file = await open(this.path, 'r');
      return await this.#readFrom(file);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw fileProblem(error, { path: this.path, attempt: 'read the log' });
      return { entries: [], problems: [], restarted: this.#restart(null), more: false };
    } finally {
      await file?.close();
    }
  }

  async #readFrom(file: FileHandle): Promise<LogChunk> {
    const { size, dev, ino, mtimeMs } = await file.stat();
    const identity = `${dev}:${ino}`;
    const changed = mtimeMs !== this.#written;
    const replaced = this.#identity !== identity || size < this.#offset || (changed && !(await this.#fitsSeam(file)));
    const restarted = replaced && this.#restart(identity);
    this.#written = mtimeMs;
    const bytes = Buffer.allocUnsafe(Math.min(size - this.#offset, chunkBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
    this.#offset += bytesRead;
    const end = Buffer.concat([this.#seam, bytes.subarray(Math.max(0, bytesRead - seamBytes), bytesRead)]);
    this.#seam = end.subarray(Math.max(0, end.length - seamBytes));
    return { ...this.#parse(bytes.subarray(0, bytesRead)), restarted, more: bytesRead > 0 && this.#offset < size };
  }

  async #fitsSeam(file: FileHandle): Promise<boolean> {
    const found = Buffer.alloc(this.#seam.length);
    await file.read(found, 0, found.length, this.#offset - found.length);
    return found.equals(this.#seam);
  }

  /** @returns whether anything had been read that is void now */
  #restart(identity: string | null): boolean {
    const hadRead = this.#offset > 0;
    this.#identity = identity;
    this.#offset = 0;
    this.#line = 0;
    this.#rest = [];
    this.#seam = Buffer.alloc(0);
    return hadRead;
  }

  #parse(bytes: Buffer): { entries: Entry[]; problems: Problem[] } {
    const entries: Entry[] = [];
    const problems: Problem[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      const text =
        this.#rest.length === 0
          ? bytes.toString('utf8', from, end)
          : Buffer.concat([...this.#rest, bytes.subarray(from, end)]).toString('utf8');
      this.#rest = [];
      this.#line++;
      from = end + 1;
      const place = { file: this.path, line: this.#line };
      const { entry, found, newer } = parseLine(text, place);
      if (entry !== undefined) entries.push(entry);
      if (newer !== undefined) problems.push(newer);
      if (found !== undefined) problems.push(lineProblem(found, place));
    }
    if (from < bytes.length) this.#rest.push(bytes.subarray(from));
    return { entries, problems };
  }
}

/** All of a log at once; one that does not exist is empty. @throws ProblemError when it cannot be read */
export function readLog(path: string): Promise<{ entries: Entry[]; problems: Problem[] }> {
  return readAll(new LogTail(path));
}

/** All that a tail has not read yet. */
export async function readAll(tail: LogTail): Promise<{ entries: Entry[]; problems: Problem[] }> {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (let more = true; more;) {
    const chunk = await tail.read();
    for (const entry of chunk.entries) entries.push(entry);
    problems.push(...chunk.problems);
    more = chunk.more;
  }
  return { entries, problems };
}

/**
 * Reads a log as it grows, until `signal` aborts; what was written before that is still delivered. The system's
 * notices make it quick; polling makes it sure, for not every file system sends notices.
 * @param log its path, or a tail of it that has been read already up to somewhere
 * @param onChunk is called with every chunk that holds anything, one after the other
 * @throws ProblemError when the log cannot be read; whatever `onChunk` throws
 */
export async function followLog(
  log: string | LogTail,
  onChunk: (chunk: LogChunk) => void | Promise<void>,
  { signal, pollMs = 250 }: { signal: AbortSignal; pollMs?: number },
): Promise<void> {
  const tail = typeof log === 'string' ? new LogTail(log) : log;
  const bell = new Bell();
  const watcher = watchFolder(dirname(tail.path), () => bell.ring());
  const onAbort = (): void => bell.ring();
  signal.addEventListener('abort', onAbort);
  try {
    for (let ended = false; !ended;) {
      ended = signal.aborted;
      for (let more = true; more;) {
        const chunk = await tail.read();
        if (chunk.entries.length > 0 || chunk.problems.length > 0 || chunk.restarted) await onChunk(chunk);
        more = chunk.more;
      }
      if (!ended && !signal.aborted) await bell.wait(pollMs);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    watcher?.close();
  }
}

/** Wakes one sleeper; a ring while nobody sleeps is remembered. */
class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#rung = false;
  }
}

/** Null where the system cannot watch, for instance because too much is watched already: then polling must do. */
function watchFolder(path: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** @throws ProblemError `run-newer` where the log was written by a newer trainer and must be understood to be read */
export function refuseNewer(problems: readonly Problem[]): void {
  const newer = problems.find(({ code }) => code === 'run-newer');
  if (newer !== undefined) throw new ProblemError(newer);
}

function parseLine(text: string, place: Place): { entry?: Entry; found?: string; newer?: Problem } {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { found: 'it is not JSON' };
  }
  const steps = stepsEntryOf(value);
  if (steps !== null) return { entry: steps };
  const refusal = newerFormat(value, { what: 'The log of this run', place });
  if (refusal !== null) return { newer: refusal.problem };
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return { entry: parsed.data };
  if (typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string') {
    if (!knownTypes.has(value.type)) return {};
  }
  const [issue] = parsed.error.issues;
  return { found: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unexpected'}` };
}

function lineProblem(found: string, place: { file: string; line: number }): Problem {
  return {
    code: 'log-line-damaged',
    message: `This line of the log is no entry and was passed over: ${found}.`,
    mend: 'Nothing needs to be done; the other lines are used. A line is torn when its writer was killed.',
    place,
  };
}
