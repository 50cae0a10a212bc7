import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { groupLives, signalGroup } from '../processGroup.js';

export interface ToolCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** On top of this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Hears every line that the tool writes, to stdout or stderr. */
  readonly onLine: (line: string) => void;
}

export interface ToolResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it: `SIGILL` and the like. */
  readonly endedBy: string | null;
  /** What it has written to stdout, and to both. */
  readonly stdout: string;
  readonly output: string;
}

/** Milliseconds that a tool has to end by itself when it is told to. */
const graceMs = 2_000;

/**
 * Runs a program to its end. When the signal is given it is ended with all that it has started, and only then the
 * signal's reason is thrown.
 * @throws Error `ENOENT` and the like where it cannot be started
 */
export async function runTool({ command, args, cwd, environment, signal, onLine }: ToolCall): Promise<ToolResult> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that all of it can be ended; Windows has its tree for that.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const lines: { text: string; stdout: boolean }[] = [];
  const listen = (stream: NodeJS.ReadableStream, stdout: boolean): void =>
    void createInterface({ input: stream }).on('line', (text) => {
      lines.push({ text, stdout });
      onLine(text);
    });
  listen(child.stdout, true);
  listen(child.stderr, false);
  let ending = Promise.resolve();
  const end = (): void => {
    if (child.pid !== undefined) ending = endGroup(child.pid);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const [code, endedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...how) => resolve(how));
    });
    await ending;
    signal.throwIfAborted();
    const text = (chosen: typeof lines): string => chosen.map((line) => line.text).join('\n');
    return { code, endedBy, stdout: text(lines.filter((line) => line.stdout)), output: text(lines) };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function endGroup(pid: number): Promise<void> {
  await signalGroup(pid, 'SIGTERM');
  for (const end = Date.now() + graceMs; Date.now() < end && (await groupLives(pid));) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (await groupLives(pid)) await signalGroup(pid, 'SIGKILL');
}
