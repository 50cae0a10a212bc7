import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { programOnPath } from '../node/processes/program.js';
import type { RunRecord } from '../run/record.js';

/**
 * Runs are no part of what they were made from. A submodule is asked for its commit alone: to look into it, git would
 * go by that repository's settings.
 */
const changes = [
  'status',
  '--porcelain',
  '--ignore-submodules=dirty',
  '--',
  ':/',
  ':(exclude,top,glob)**/.distillery/**',
];

/**
 * The commit that a folder is at, and whether anything there differs from it. Nothing that the repository's own settings
 * name is run: they came with it, from whoever made it.
 * @returns null outside git, before the first commit, and where git is not installed
 */
export async function gitState(folder: string): Promise<RunRecord['git']> {
  const commit = await git(folder, ['rev-parse', '--verify', 'HEAD']);
  if (commit === null) return null;
  const status = await git(folder, [...(await withoutOwnFilters(folder)), ...changes]);
  return status === null ? null : { commit: commit.trim(), dirty: status.trim() !== '' };
}

/** Settings of a repository that name programs, but for its filters, which have names of their own. */
const nothingElseRuns = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'core.pager=cat'].flatMap((setting) => [
  '-c',
  setting,
]);

/**
 * Switches off the filters that the repository itself sets, which git runs to compare a file with what is committed.
 * Those of the user stay, as git-lfs's usually are. Reading settings runs nothing.
 */
async function withoutOwnFilters(folder: string): Promise<string[]> {
  const own = await git(folder, ['config', '--list', '--name-only', '--show-scope', '-z']);
  const parts = own?.split('\0') ?? [];
  const names = parts.filter((_, index) => parts[index - 1] === 'local' || parts[index - 1] === 'worktree');
  return names
    .filter((name) => /^filter\..*\.(?:clean|smudge|process|required)$/s.test(name))
    .flatMap((name) => ['-c', name.endsWith('.required') ? `${name}=false` : `${name}=`]);
}

async function git(folder: string, args: readonly string[]): Promise<string | null> {
  const program = await programOnPath(['git']);
  if (program === null) return null;
  const options = {
    windowsHide: true,
    maxBuffer: 64 * 1024 * 1024,
    // A status that only looks takes no lock, and asks nobody for a password.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  };
  return new Promise((resolve) => {
    execFile(program, ['-C', folder, ...nothingElseRuns, ...args], options, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
}
