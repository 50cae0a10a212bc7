import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** What the command line came to. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Where = { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> };

/** Starts the real `distillery`, as it was built, with no terminal. */
export function start(
  words: readonly string[],
  { cwd, environment = {} }: Where,
): { child: ChildProcess; answer: Promise<Answer> } {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const answer = new Promise<Answer>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, ...texts }));
  });
  return { child, answer };
}

/** Runs it to its end. */
export function distillery(words: readonly string[], where: Where): Promise<Answer> {
  return start(words, where).answer;
}
