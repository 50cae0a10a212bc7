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

/** A program that is needed: words that end well where it is there, and Debian's package where it is not. */
export interface SystemTool {
  readonly command: readonly [string, ...string[]];
  readonly package: string;
}

/** Installs those programs that are missing, where that can be done without asking. */
export function provide(tools: readonly SystemTool[]): void {
  const missing = tools.filter(({ command: [file, ...words] }) => spawnSync(file, words).status !== 0);
  if (missing.length === 0 || !canAptInstall()) return;
  const packages = missing.map((tool) => tool.package);
  console.log(`Installing ${packages.join(' and ')} …`);
  aptInstall(packages);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
