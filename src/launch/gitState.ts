import { execFile } from 'node:child_process';
import type { RunRecord } from '../run/record.js';

/** Runs are no part of what they were made from. */
const changes = ['status', '--porcelain', '--', ':/', ':(exclude,top,glob)**/.distillery/**'];

/**
 * The commit that a folder is at, and whether anything there differs from it.
 * @returns null outside git, before the first commit, and where git is not installed
 */
export async function gitState(folder: string): Promise<RunRecord['git']> {
  const commit = await git(folder, ['rev-parse', '--verify', 'HEAD']);
  const status = commit === null ? null : await git(folder, changes);
  return commit === null || status === null ? null : { commit: commit.trim(), dirty: status.trim() !== '' };
}

function git(folder: string, args: readonly string[]): Promise<string | null> {
  const options = { windowsHide: true, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile('git', ['-C', folder, ...args], options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
