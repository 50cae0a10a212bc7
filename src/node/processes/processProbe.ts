import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { errorCode } from '../fileProblem.js';
import { programOnPath } from './program.js';

/** `hidden`: this system has no way to tell, or the way failed. */
export type Probe = { readonly kind: 'runs'; readonly start: string } | { readonly kind: 'none' | 'hidden' };

/** Whether a process of this machine runs, and since when, in the system's own words. */
export async function probe(pid: number): Promise<Probe> {
  switch (process.platform) {
    case 'linux':
      return probeLinux(pid);
    case 'win32':
      return probeWindows(pid);
    default:
      return probePosix(pid);
  }
}

/** Ticks since boot are told from those of an earlier boot by the boot's own id (proc(5)). */
async function probeLinux(pid: number): Promise<Probe> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the program's name in parentheses and may hold anything, even parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[22 - 3]];
    if (state === undefined || ticks === undefined) return { kind: 'hidden' };
    return 'ZX'.includes(state) ? { kind: 'none' } : { kind: 'runs', start: `${boot.trim()}:${ticks}` };
  } catch (error) {
    // ESRCH: it ended between opening the file and reading it.
    return ['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '') ? { kind: 'none' } : { kind: 'hidden' };
  }
}

/** `ps` as on macOS and the BSDs; in UTC and in English, so that two processes read the same text. */
async function probePosix(pid: number): Promise<Probe> {
  const answer = await output('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { LC_ALL: 'C', TZ: 'UTC' });
  if (answer === null) return { kind: 'hidden' };
  const [state = '', ...start] = answer.trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? { kind: 'none' } : { kind: 'runs', start: start.join(' ') };
}

async function probeWindows(pid: number): Promise<Probe> {
  const query = `$p = Get-CimInstance Win32_Process -Filter "ProcessId=${pid}"; if ($p) { $p.CreationDate.ToUniversalTime().ToString('o') }`;
  const answer = await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], {});
  if (answer === null) return { kind: 'hidden' };
  return answer.trim() === '' ? { kind: 'none' } : { kind: 'runs', start: answer.trim() };
}

/** What a program prints; null when it could not be run. `ps` ends with 1 when there is no such process. */
async function output(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const program = await programOnPath([name]);
  if (program === null) return null;
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env }, windowsHide: true }, (error, stdout) => {
      resolve(error !== null && error.code !== 1 ? null : stdout);
    });
  });
}
