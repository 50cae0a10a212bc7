import { readdirSync, readFileSync } from 'node:fs';

/** Processes started by an editor inherit this variable, so that they can be found when the editor is gone. */
export const markName = 'DISTILLERY_STARTED_BY';

/**
 * Kills every process whose environment carries the mark, this one left out. Trainers are made to outlive the editor
 * that started them, so the editor's process group is not all there is to end.
 * Only Linux tells the environment of a process; elsewhere nothing is found.
 * @returns the command lines of what was killed
 */
export function killMarked(mark: string): string[] {
  const killed = new Map<number, string>();
  // Whatever was started while we looked is found the next time.
  while (killMore(mark, killed)) continue;
  return [...killed.values()];
}

/** Whether there were any that had not been killed yet; one that was may take a moment to go. */
function killMore(mark: string, killed: Map<number, string>): boolean {
  const before = killed.size;
  for (const [pid, command] of markedProcesses(mark)) {
    if (killed.has(pid)) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed.set(pid, command);
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
    }
  }
  return killed.size > before;
}

/** The processes whose environment carries the mark, this one left out, with their command lines. Only Linux tells. */
export function markedProcesses(mark: string): Map<number, string> {
  const found = new Map<number, string>();
  if (process.platform !== 'linux') return found;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${markName}=${mark}`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // A zombie has ended already.
      if (command !== '') found.set(pid, command);
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}
