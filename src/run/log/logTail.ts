import type { FileHandle } from 'node:fs/promises';
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError, type Place, type Problem } from '../../core/problem.js';
import { entrySchema, type Entry } from './entry.js';
import { bytes as sizeWords, count } from '../../core/words.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { isLineWhole } from './lineSum.js';
import { newerFormat } from '../newer.js';
import { openRegular } from '../../node/files/regularFile.js';
import { stepsEntryOf } from './stepsEntry.js';
import { Turns } from './turns.js';

/** What was appended to a log since the last look. */
export interface LogChunk {
  readonly entries: readonly Entry[];
  /** Lines that are no entries, each with its place; the entries around them are whole. Of a log the first hundreds. */
  readonly problems: readonly Problem[];
  /** The file was cut short or replaced: everything read before is void, this chunk begins anew. */
  readonly restarted: boolean;
  /** The chunk stopped at its size limit; there is more to read at once. */
  readonly more: boolean;
}

const newline = 0x0a;
const chunkBytes = 4 * 1024 * 1024;
/** Longest line. Of the longest that a trainer writes, 65,536 steps of eight metrics, it is twice the length. */
export const mostLineBytes = 8 * 1024 * 1024;
/** Lines of a chunk, so that whoever reads one can do something else after a fraction of a second. */
const mostLines = 20_000;
/** Lines that are no entries in what is still called a log: beyond that it was replaced by something else. */
export const mostDamagedLines = 50_000;
/** Lines of one log that are told of when they are no entries: more help nobody, and millions would fill the memory. */
const mostProblems = 500;
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
  /** The beginning of a line whose end has not come yet, in pieces. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Bytes to read at once: fewer where the lines are short. */
  #pieceBytes = chunkBytes;
  /** Lines that were no entries so far. */
  #damaged = 0;
  /** Whether a newer version wrote in it. */
  #newer = false;
  /** When the file was written last, as of the last look. */
  #written = 0;
  /** The last bytes before the offset: a file that has others there now was written anew in its place. */
  #seam: Buffer = Buffer.alloc(0);
  readonly #turns = new Turns();

  constructor(path: string) {
    this.path = path;
  }

  /** The greatest turn so far of those who wrote the log; 0 where none is told. */
  get turn(): number {
    return this.#turns.latest;
  }

  /** A log that does not exist yet has no entries. @throws ProblemError `log-damaged`, `not-a-regular-file`, `no-permission`, … */
  async read(): Promise<LogChunk> {
    let file: FileHandle | null = null;
    try {
      file = await openRegular(this.path, { attempt: 'read the log' });
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
    if (this.#damaged > mostDamagedLines) throw noLog(this.path);
    const buffer = Buffer.allocUnsafe(Math.min(size - this.#offset, this.#pieceBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
    const bytes = buffer.subarray(0, endOfLines(buffer.subarray(0, bytesRead), mostLines));
    this.#pieceBytes = Math.min(chunkBytes, bytes.length < bytesRead ? 2 * bytes.length : 4 * this.#pieceBytes);
    this.#offset += bytes.length;
    const end = Buffer.concat([this.#seam, bytes.subarray(Math.max(0, bytes.length - seamBytes))]);
    this.#seam = end.subarray(Math.max(0, end.length - seamBytes));
    return { ...this.#parse(bytes), restarted, more: bytesRead > 0 && this.#offset < size };
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
    this.#damaged = 0;
    this.#newer = false;
    this.#takeRest();
    this.#seam = Buffer.alloc(0);
    this.#turns.restart();
    return hadRead;
  }

  #parse(bytes: Buffer): { entries: Entry[]; problems: Problem[] } {
    const entries: Entry[] = [];
    const problems: Problem[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      const tooLong = this.#restBytes + end - from > mostLineBytes;
      this.#line++;
      const place = { file: this.path, line: this.#line };
      const parsed: ParsedLine = tooLong
        ? { found: lineTooLong }
        : parseLine(this.#lineOf(bytes.subarray(from, end)), place, this.#turns);
      const { entry, found, newer } = parsed;
      this.#takeRest();
      from = end + 1;
      if (entry !== undefined) entries.push(entry);
      if (found !== undefined) {
        this.#complain(found === late ? lateProblem(place) : lineProblem(found, place), problems);
      }
      // One is enough for the log to be refused.
      if (newer !== undefined && !this.#newer) problems.push(newer);
      this.#newer ||= newer !== undefined;
    }
    this.#keepRest(bytes.subarray(from));
    return { entries, problems };
  }

  #lineOf(end: Buffer): Buffer {
    return this.#restBytes === 0 ? end : Buffer.concat([...this.#rest, end]);
  }

  /** Of a line that is too long already nothing more is kept. */
  #keepRest(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes > mostLineBytes) this.#rest = [];
    else if (bytes.length > 0) this.#rest.push(bytes);
  }

  #takeRest(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }

  #complain(problem: Problem, problems: Problem[]): void {
    this.#damaged++;
    if (this.#damaged < mostProblems) problems.push(problem);
    if (this.#damaged === mostProblems) problems.push(manyDamaged({ file: this.path, line: this.#line }));
  }
}

/** All of a log at once; one that does not exist is empty. @throws ProblemError when it cannot be read */
export async function readLog(path: string): Promise<{ entries: Entry[]; problems: Problem[] }> {
  const tail = new LogTail(path);
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

/** Where so many lines end; the end of the bytes where there are fewer. */
function endOfLines(bytes: Buffer, most: number): number {
  let end = 0;
  for (let lines = 0; lines < most; lines++) {
    const next = bytes.indexOf(newline, end);
    if (next === -1) return bytes.length;
    end = next + 1;
  }
  return end;
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

/** What is found of an entry that {@link Turns} do not take. */
const late = Symbol('late');

const lateProblem = (place: Place): Problem => ({
  code: 'log-line-late',
  message:
    'This line was written by a trainer from which the run had been taken, because it showed no sign of life; it was passed over.',
  fix: 'Nothing needs to be done: whoever took the run has done the same steps.',
  place,
});

interface ParsedLine {
  readonly entry?: Entry;
  readonly found?: string | typeof late;
  readonly newer?: Problem;
}

function parseLine(line: Buffer, place: Place, turns: Turns): ParsedLine {
  if (!isLineWhole(line)) return { found: 'it does not match its checksum, so it is not what was written' };
  const text = line.toString('utf8');
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { found: 'it is not JSON' };
  }
  if (!turns.take(value)) return { found: late };
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

/** Something that has hardly a line of a log. */
export const noLog = (path: string): ProblemError =>
  new ProblemError({
    code: 'log-damaged',
    message: `More than ${count(mostDamagedLines)} lines of the log are no entries: it was replaced by something else.`,
    fix: 'Bring it back from a copy.',
    place: { file: path },
  });

const lineTooLong = `it is longer than ${sizeWords(mostLineBytes)}`;

function lineProblem(found: string, place: { file: string; line: number }): Problem {
  return {
    code: 'log-line-damaged',
    message: `This line of the log is no entry and was passed over: ${found}.`,
    fix: 'Nothing needs to be done; the other lines are used. A line is torn when its writer was killed, and changed by a disk or by hand: what it told is missing from curves and tables.',
    place,
  };
}

const manyDamaged = (place: { file: string; line: number }): Problem => ({
  code: 'log-damaged-lines',
  message: `${count(mostProblems)} lines up to this one are no entries. Those after it are passed over without a word.`,
  fix: 'Check whether something else was written over the log; what it still holds is used.',
  place,
});
