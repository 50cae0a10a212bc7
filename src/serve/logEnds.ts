import { open, type FileHandle } from 'node:fs/promises';
import { ProblemError } from '../core/problem.js';
import { entrySchema, type Entry } from '../run/entry.js';
import { errorCode, fileProblem } from '../run/files/fileProblem.js';
import { newerFormat } from '../run/newer.js';
import { stepsEntryOf } from '../run/stepsEntry.js';

/** Where the log begins, and how it ends: enough to say how far a run is, whatever the length between. */
export interface LogEnds {
  readonly entries: readonly Entry[];
  readonly size: number;
}

/** The first entry names the classes: a thousand of them fit. */
const headBytes = 64 * 1024;
const firstTailBytes = 16 * 1024;
const newline = 0x0a;

/**
 * Reads the first entry of a log and as many of the last ones as tell the result of the last whole epoch. A log that does
 * not exist is empty. Lines that are no entries are passed over.
 * @throws ProblemError `log-damaged` where it holds text and not one entry; `no-permission`, …
 */
export async function readLogEnds(path: string): Promise<LogEnds> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const entries = await endsOf(file, { size, path });
    if (entries.length === 0 && size > 0 && !(await isTorn(file, size))) throw damaged(path);
    return { entries, size };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { entries: [], size: 0 };
    throw fileProblem(error, { path, attempt: 'read the log' });
  } finally {
    await file?.close();
  }
}

async function endsOf(file: FileHandle, { size, path }: { size: number; path: string }): Promise<Entry[]> {
  for (let length = firstTailBytes; ; length *= 8) {
    if (length + headBytes >= size) return entriesIn(await bytesAt(file, { at: 0, length: size }), path);
    const tail = await bytesAt(file, { at: size - length, length });
    // The first line of a piece from the middle is the end of one that began before it.
    const entries = entriesIn(tail.subarray(tail.indexOf(newline) + 1), path);
    if (!tellsResult(entries)) continue;
    const [first] = entriesIn(await bytesAt(file, { at: 0, length: headBytes }), path);
    return first === undefined ? entries : [first, ...entries];
  }
}

/** Whether the result of the last whole epoch that counts is among the entries, or there is none to be found. */
function tellsResult(entries: readonly Entry[]): boolean {
  const started = entries.findLast((entry) => entry.type === 'started');
  if (started?.resumedFrom === 0) return true;
  const before = started?.resumedFrom ?? Infinity;
  const since = started === undefined ? 0 : entries.indexOf(started);
  return entries.some((entry, index) => entry.type === 'epoch' && (index > since || entry.step <= before));
}

/** @throws ProblemError `run-newer` */
function entriesIn(bytes: Buffer, path: string): Entry[] {
  const end = bytes.lastIndexOf(newline);
  if (end === -1) return [];
  const entries: Entry[] = [];
  for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
    const value = jsonOf(line);
    const steps = stepsEntryOf(value);
    const newer = steps === null ? newerFormat(value, { what: 'The log of this run', place: { file: path } }) : null;
    if (newer !== null) throw newer;
    const entry = steps ?? entrySchema.safeParse(value).data;
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A log whose very first line is still being written. */
async function isTorn(file: FileHandle, size: number): Promise<boolean> {
  const bytes = await bytesAt(file, { at: 0, length: Math.min(size, headBytes) });
  return bytes[0] === 0x7b && !bytes.includes(newline);
}

async function bytesAt(file: FileHandle, { at, length }: { at: number; length: number }): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

const damaged = (path: string): ProblemError =>
  new ProblemError({
    code: 'log-damaged',
    message: 'The log holds no entry: it was replaced by something else.',
    mend: 'Bring it back from a copy, or move the run folder away.',
    place: { file: path },
  });
