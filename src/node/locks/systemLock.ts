import { spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { ProblemError } from '../../core/problem.js';
import { openRegular } from '../files/regularFile.js';
import { programOnPath } from '../processes/program.js';

/**
 * What came of asking the operating system to lock an open file. `unavailable`: nothing here can, or not on this file
 * system; `why` is what was said.
 */
export type LockAttempt =
  { readonly kind: 'granted' | 'refused' } | { readonly kind: 'unavailable'; readonly why: string };

/** `exclusive` to hold a file; `shared` to see whether somebody does: those who look do not disturb each other. */
export type LockMode = 'exclusive' | 'shared';

/** Milliseconds after which a file system that does not answer counts as one that cannot lock. */
const patience = 10_000;

/**
 * Locks an open file, by flock(2), without waiting: the system holds the lock for as long as the file is open, so exactly
 * as long as the process lives that has it open, also while it is stopped or the machine sleeps, and whatever hosts are
 * called and processes are numbered.
 *
 * Node.js has no call for it. A child can make it: it is given the open file, and the lock belongs to what both have
 * open, not to the child. Other children do not get the file: Node.js opens files so that they are closed in them.
 * @param file a descriptor; an exclusive lock needs one that is open for writing
 */
export async function lockFile(file: number, mode: LockMode): Promise<LockAttempt> {
  if (process.platform === 'win32') return { kind: 'unavailable', why: 'Windows has no such lock' };
  for (const { name, args } of ways(mode)) {
    const program = await programOnPath([name]);
    if (program !== null) return attemptBy(program, args, file);
  }
  return { kind: 'unavailable', why: 'there is neither `flock` nor `perl` here' };
}

/** Whether any process holds a file by {@link lockFile}. Nobody holds one that is not there. */
export async function isHeld(path: string): Promise<'held' | 'free' | 'unknown'> {
  let file: FileHandle | null = null;
  try {
    file = await openRegular(path, { attempt: 'look at the lock' });
    const { kind } = await lockFile(file.fd, 'shared');
    return kind === 'refused' ? 'held' : kind === 'granted' ? 'free' : 'unknown';
  } catch (error) {
    return error instanceof ProblemError && error.problem.code === 'file-missing' ? 'free' : 'unknown';
  } finally {
    await file?.close();
  }
}

/** Ends with 1 and says nothing where somebody else has the lock; with something else, or with words, where it failed. */
const perlScript = `
use Fcntl ':flock';
open(my $file, $ARGV[0] eq 'exclusive' ? '+<&=' : '<&=', 3) or die "$!\\n";
flock($file, LOCK_NB | ($ARGV[0] eq 'exclusive' ? LOCK_EX : LOCK_SH)) and exit 0;
exit 1 if $!{EWOULDBLOCK};
die "$!\\n";
`;

/** `flock` is part of util-linux and of BusyBox; macOS has Perl instead. */
const ways = (mode: LockMode): readonly { name: string; args: readonly string[] }[] => [
  { name: 'flock', args: ['-n', mode === 'exclusive' ? '-x' : '-s', '3'] },
  { name: 'perl', args: ['-e', perlScript, mode] },
];

function attemptBy(program: string, args: readonly string[], file: number): Promise<LockAttempt> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', file], timeout: patience });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', (error) => resolve({ kind: 'unavailable', why: error.message }));
    child.on('close', (code, signal) => {
      const why = said.trim() || `\`${program}\` ended with ${signal ?? code ?? 'no code'}`;
      if (code === 0) resolve({ kind: 'granted' });
      else resolve(code === 1 && said === '' ? { kind: 'refused' } : { kind: 'unavailable', why });
    });
  });
}
