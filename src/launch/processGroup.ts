import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { errorCode } from '../node/fileProblem.js';
import { programOnPath } from '../node/processes/program.js';

/**
 * Signals a process and all that it has started. A trainer begins a group of its own; one that was started by hand
 * inside another's group is signalled alone. That it is gone already is no error.
 */
export async function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') return killTree(pid);
  if (!send(-pid, signal)) send(pid, signal);
}

/**
 * Whether anything of a process group is left. Processes that have ended and wait to be collected do not count.
 * Windows has no groups: its tree is killed as one, so nothing is left there.
 */
export async function groupLives(group: number): Promise<boolean> {
  switch (process.platform) {
    case 'win32':
      return false;
    case 'linux':
      return groupLivesLinux(group);
    default:
      return groupLivesPosix(group);
  }
}

/** @returns false when there is no such process or group */
function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** `taskkill` also fails when the process is gone already; whether it is gets checked afterwards. */
async function killTree(pid: number): Promise<void> {
  const program = await programOnPath(['taskkill']);
  if (program === null) return;
  return new Promise((resolve) => {
    execFile(program, ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}

async function groupLivesLinux(group: number): Promise<boolean> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state = 'X', , member] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (member === String(group) && !'ZX'.includes(state)) return true;
  }
  return false;
}

async function groupLivesPosix(group: number): Promise<boolean> {
  const program = await programOnPath(['ps']);
  if (program === null) return false;
  return new Promise((resolve) => {
    execFile(program, ['-axo', 'pgid=,stat='], (_error, stdout) => {
      const members = stdout.split('\n').map((line) => line.trim().split(/\s+/));
      resolve(members.some(([id, state = 'Z']) => id === String(group) && !state.startsWith('Z')));
    });
  });
}
