import { spawn } from 'node:child_process';
import type { Problem } from '../core/problem.js';
import {
  checkLineSchema,
  type CheckFinding,
  type CheckLine,
  type CheckQuestion,
} from '../data/experiment/checkProtocol.js';
import { foldersNear, type ComputeEnvironment } from './computeEnvironment.js';

/** Where the check is, and in which Node it runs. */
export interface Checker {
  /** The built `dist/check.js`. */
  readonly checkScript: string;
  readonly node?: string;
  /** What it finds in its environment on top of this process's own: nothing without it. */
  readonly environment?: ComputeEnvironment;
}

/** What a check came to. */
export interface CheckReport {
  readonly problems: readonly CheckFinding[];
  readonly warnings: readonly CheckFinding[];
  /** What was looked at and is as it should be, for people. */
  readonly looked: readonly string[];
}

export interface CheckOptions extends Checker {
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Told of long work. */
  readonly onProgress?: (progress: { what: string; done: number; total: number }) => void;
}

/**
 * Asks a process of its own what keeps runs from being trained, for what knows networks and data is the trainer's. A
 * process that ends without a last word, as a driver may end it, is a problem as well.
 * @throws what the signal was aborted with
 */
export async function checkRuns(question: CheckQuestion, options: CheckOptions): Promise<CheckReport> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const environment = await options.environment?.(foldersNear(question.engine, question));
  signal?.throwIfAborted();
  const lines: CheckLine[] = [];
  const { how, output } = await talk(question, { ...options, environment }, (line) => {
    if (line.type === 'progress') onProgress?.(line);
    else lines.push(line);
  });
  signal?.throwIfAborted();
  const crash: CheckFinding[] = lines.some(({ type }) => type === 'done')
    ? []
    : [{ spec: null, path: [], problem: crashed(how, output) }];
  return {
    problems: [...lines.filter((line) => line.type === 'problem'), ...crash],
    warnings: lines.filter((line) => line.type === 'warning'),
    looked: lines.flatMap((line) => (line.type === 'looked' ? [line.text] : [])),
  };
}

/** Asks, and waits for the end: how it ended, and its last words beside the lines. */
function talk(
  question: CheckQuestion,
  {
    checkScript,
    node = process.execPath,
    environment,
    signal,
  }: Pick<CheckOptions, 'checkScript' | 'node' | 'signal'> & {
    environment: Readonly<Record<string, string>> | undefined;
  },
  onLine: (line: CheckLine) => void,
): Promise<{ how: string; output: string }> {
  const child = spawn(node, [checkScript], {
    env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    signal,
    killSignal: 'SIGKILL',
  });
  let rest = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) lineOf(line).forEach(onLine);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  // Who ends early does not read the question.
  child.stdin.on('error', () => undefined).end(JSON.stringify(question));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ how: message, output }));
    child.once('close', (code, killedBy) =>
      resolve({ how: killedBy === null ? `exit code ${code ?? 'unknown'}` : `signal ${killedBy}`, output }),
    );
  });
}

/** Libraries write to stdout as they please: what is no line of ours is passed over. */
function lineOf(line: string): CheckLine[] {
  try {
    return [checkLineSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

function crashed(how: string, output: string): Problem {
  const last = output.trim().split('\n').at(-1) ?? '';
  return {
    code: 'check-crashed',
    message: `The check of the experiment ended before it was done (${how}).${last === '' ? '' : ` Its last words: ${last}`}`,
    fix: 'Where an engine is named, a driver may have ended it: try "engine": "onnx/cpu". Else this is a defect in Distillery: please report it with what `distillery doctor` prints.',
  };
}
