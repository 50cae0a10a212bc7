import type { FileHandle } from 'node:fs/promises';
import { ProblemError } from '../core/problem.js';
import { entrySchema, type Entry, type EntryOf } from '../run/log/entry.js';
import { errorCode, fileProblem } from '../node/fileProblem.js';
import { isLineWhole } from '../run/log/lineSum.js';
import { newerFormat } from '../run/newer.js';
import { openRegular } from '../node/files/regularFile.js';
import { mostDamagedLines, mostLineBytes, noLog } from '../run/log/logTail.js';
import { stepsEntryOf } from '../run/log/stepsEntry.js';
import { Turns } from '../run/log/turns.js';

/** Where the log begins, and how it ends: enough to say how far a run is, whatever the length between. */
export interface LogEnds {
  readonly entries: readonly Entry[];
  readonly size: number;
}

/** The first entry names the classes: a thousand of them fit. */
const headBytes = 64 * 1024;
const firstTailBytes = 16 * 1024;
/** Read at once. */
const mostPieceBytes = 2 ** 20;
/** The end of a log of which all entries are kept; of what is before it only those that tell the result. */
const mostWholeBytes = 8 * 2 ** 20;
const newline = 0x0a;

/**
 * Reads the first entry of a log and as many of the last ones as tell the result of the last whole epoch. A log that does
 * not exist is empty. Lines that are no entries are passed over.
 * @throws ProblemError `log-damaged` where it holds text and not one entry; `no-permission`, …
 */
export async function readLogEnds(path: string): Promise<LogEnds> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'read the log' });
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
  let entries: Entry[] = [];
  let damaged = 0;
  let at = size;
  // The end of a line that begins before what was read so far.
  let rest: Buffer = Buffer.alloc(0);
  for (let length = firstTailBytes; at > 0; length = Math.min(8 * length, mostPieceBytes)) {
    const all = at <= length + headBytes;
    const before = all ? 0 : at - length;
    const piece = Buffer.concat([await bytesAt(file, { at: before, length: at - before }), rest]);
    const begin = all ? 0 : piece.indexOf(newline) + 1;
    const { entries: found, others } = entriesIn(piece.subarray(begin), path);
    damaged += others;
    if (damaged > mostDamagedLines) throw noLog(path);
    entries = [...(size - before > mostWholeBytes ? thoseThatTell(found, entries) : found), ...entries];
    // A line without an end is too long for an entry: what was read of it is of no use.
    rest = begin > 0 ? piece.subarray(0, begin) : piece.length > mostLineBytes ? Buffer.alloc(0) : piece;
    at = before;
    if (at > 0 && tellsResult(entries)) break;
  }
  if (at === 0) return entries;
  const [first] = entriesIn(await bytesAt(file, { at: 0, length: headBytes }), path).entries;
  return first === undefined ? entries : [first, ...entries];
}

/** Of entries far before the end of a log those that say which result counts: the last process, and its last epoch. */
function thoseThatTell(found: readonly Entry[], later: readonly Entry[]): Entry[] {
  const begun = later.some(isStarted) ? -1 : found.findLastIndex(isStarted);
  const process = begun === -1 ? later.findLast(isStarted) : found.findLast(isStarted);
  const before = process?.resumedFrom ?? Infinity;
  const epoch = found.findLastIndex(
    (entry, index) => entry.type === 'epoch' && ((begun !== -1 && index > begun) || entry.step <= before),
  );
  return found.filter((_, index) => index === begun || index === epoch);
}

const isStarted = (entry: Entry): entry is EntryOf<'started'> => entry.type === 'started';

/** Whether the result of the last whole epoch that counts is among the entries, or there is none to be found. */
function tellsResult(entries: readonly Entry[]): boolean {
  const started = entries.findLast((entry) => entry.type === 'started');
  if (started?.resumedFrom === 0) return true;
  const before = started?.resumedFrom ?? Infinity;
  const since = started === undefined ? 0 : entries.indexOf(started);
  return entries.some((entry, index) => entry.type === 'epoch' && (index > since || entry.step <= before));
}

/**
 * The entries among whole lines, and how many other lines there are; of these no more are looked at than a log has.
 * @throws ProblemError `run-newer`
 */
function entriesIn(bytes: Buffer, path: string): { entries: Entry[]; others: number } {
  const entries: Entry[] = [];
  let others = 0;
  const turns = new Turns();
  for (let from = 0, end = bytes.indexOf(newline); end !== -1; from = end + 1, end = bytes.indexOf(newline, from)) {
    const line = bytes.subarray(from, end);
    const isEntry = line.length <= mostLineBytes && isLineWhole(line);
    const value = isEntry ? jsonOf(line.toString('utf8')) : undefined;
    if (!turns.take(value)) continue;
    const steps = stepsEntryOf(value);
    const newer = steps === null ? newerFormat(value, { what: 'The log of this run', place: { file: path } }) : null;
    if (newer !== null) throw newer;
    const entry = steps ?? entrySchema.safeParse(value).data;
    if (entry !== undefined) entries.push(entry);
    else if (++others > mostDamagedLines) break;
  }
  return { entries, others };
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
    fix: 'Bring it back from a copy, or move the run folder away.',
    place: { file: path },
  });
