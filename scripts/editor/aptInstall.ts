import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** Whether packages of the system can be installed without asking: as root on Debian. */
export const canAptInstall = (): boolean => process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');

/** Installs packages of Debian. Throws with apt-get's own words when that fails. */
export function aptInstall(packages: readonly string[]): void {
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '-y', '--no-install-recommends', ...packages],
  ]) {
    const apt = spawnSync('apt-get', args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (apt.status !== 0) throw new Error(`apt-get ${args.join(' ')} failed: ${apt.stderr}`);
  }
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
