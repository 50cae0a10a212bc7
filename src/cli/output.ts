import { harmlessLines } from '../core/words.js';
import { errorCode } from '../node/fileProblem.js';

/**
 * Where a command writes: results for whoever reads on, and notes for the person who waits. Names and texts of files may
 * be in them as they are: nothing that a terminal would obey comes through.
 */
export interface Output {
  /** A line, or several, of what was asked for, to stdout. */
  result(text: string): void;
  /** A line, or several, of what goes on, to stderr. */
  note(text: string): void;
  /** The terminal that notes go to; null where they go to a file or another program. */
  readonly terminal: Terminal | null;
}

/** What is needed of a terminal to draw lines that change. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Whether colours are welcome. */
  readonly coloured: boolean;
  /** As it is: texts of files go through `harmless` first. */
  write(text: string): void;
}

/** What is needed of a stream of this process. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Writes to the streams of this process. When whoever read them has left, as `head` does, the rest is dropped and the
 * work goes on.
 */
export function processOutput(
  { stdout, stderr }: { stdout: OutputStream; stderr: OutputStream },
  environment: Readonly<Record<string, string | undefined>>,
): Output {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') throw error;
    });
  }
  const { NO_COLOR, TERM } = environment;
  const canDraw = stderr.isTTY === true && TERM !== 'dumb';
  return {
    result: (text) => void stdout.write(`${harmlessLines(text)}\n`),
    note: (text) => void stderr.write(`${harmlessLines(text)}\n`),
    terminal: canDraw
      ? {
          // The window may be resized at any time.
          get columns() {
            return stderr.columns ?? 80;
          },
          get rows() {
            return stderr.rows ?? 24;
          },
          coloured: NO_COLOR === undefined || NO_COLOR === '',
          write: (text) => void stderr.write(text),
        }
      : null,
  };
}
