import { spawnSync } from 'node:child_process';
import type { Trial } from './trial.js';

/** Runs a tool of the system. @throws Error with what it said where it does not work */
export function tool(words: readonly string[]): string {
  const [file = '', ...line] = words;
  const { status, stdout, stderr, error } = spawnSync(file, line, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`\`${words.join(' ')}\` did not work: ${(error?.message ?? stderr).trim()}`);
}

/** Null where a command works here, else what it says instead. */
export function cannot(words: readonly string[]): string | null {
  try {
    tool(words);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What it takes to run a program in namespaces of its own. */
export const inNamespaces = (...which: readonly string[]): string[] => ['unshare', ...which, '--'];

/** A disk in memory in the place of the trial's workspace, for as long as the trial lasts. */
export function mountDisk(trial: Trial, options: string): void {
  tool(['mount', '-t', 'tmpfs', '-o', options, 'distillery-faults', trial.space]);
  trial.note(`a disk with ${options}`);
  // Lazily: what was killed a moment ago may still hold it.
  trial.atEnd(() => void tool(['umount', '--lazy', trial.space]));
}

export const cannotMount = (): string | null =>
  process.platform === 'linux'
    ? cannot(['unshare', '--mount', '--', 'mount', '-t', 'tmpfs', 'distillery-faults', '/mnt'])
    : 'only Linux has such disks';
