import { closeSync, constants, fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs';
import { ProblemError } from '../../core/problem.js';
import type { Entry } from './entry.js';
import { fileProblem } from '../../node/fileProblem.js';
import { openOwnSync } from '../../node/files/ownFile.js';
import { summedLine } from './lineSum.js';
import type { OpenedRun } from '../openedRun.js';

const newline = 0x0a;

/**
 * The only writer of a run's `log.jsonl`: one line an entry with its checksum, each in a single write to a file
 * opened for appending, so that whoever is killed leaves at most one torn line, the last.
 */
export class LogWriter {
  readonly #path: string;
  #file: number | null;
  /** What was written last did not end with a newline: another process's torn line, or a write of ours cut short. */
  #torn: boolean;
  readonly #writer: Pick<OpenedRun, 'turn' | 'mayWrite'>;

  /** @param file descriptor of a file that was opened for reading and appending; it is closed with this */
  constructor(
    file: number,
    { path, writer = anybody }: { path: string; writer?: Pick<OpenedRun, 'turn' | 'mayWrite'> },
  ) {
    this.#path = path;
    this.#writer = writer;
    this.#file = file;
    this.#torn = endsTorn(this.#file);
  }

  /** Opens or creates the log of a run. @throws ProblemError `linked`, `no-permission`, `not-a-regular-file`, … */
  static open(run: OpenedRun): LogWriter {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
    return new LogWriter(openOwnSync(run.file('log'), { flags, attempt: 'open the log' }), {
      path: run.paths.log,
      writer: run,
    });
  }

  /** @throws ProblemError `run-taken`, `disk-full`, …; later entries stay readable, this one is lost */
  append(entry: Entry): void {
    const { turn, mayWrite } = this.#writer;
    const line = `${this.#torn ? '\n' : ''}${summedLine(turn === null ? entry : { ...entry, turn })}\n`;
    const bytes = Buffer.from(line, 'utf8');
    const file = this.#open();
    mayWrite();
    try {
      for (let at = 0; at < bytes.length;) {
        this.#torn = true;
        at += writeSync(file, bytes, at);
      }
      this.#torn = false;
    } catch (error) {
      throw fileProblem(error, { path: this.#path, attempt: `write a \`${entry.type}\` entry to the log` });
    }
  }

  /** Flushes to the disk, so that not even a power failure loses what was appended. */
  sync(): void {
    try {
      fdatasyncSync(this.#open());
    } catch (error) {
      throw fileProblem(error, { path: this.#path, attempt: 'save the log' });
    }
  }

  /** May be called more than once. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #open(): number {
    if (this.#file !== null) return this.#file;
    throw new ProblemError({
      code: 'log-closed',
      message: 'The log was closed already.',
      fix: 'This is a defect in Distillery. Please report it with what `distillery doctor` prints.',
      place: { file: this.#path },
    });
  }
}

/** Who writes a log that is in nobody's hands: a copy, before it is seen. */
const anybody = { turn: null, mayWrite: (): void => undefined };

function endsTorn(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== newline;
}
