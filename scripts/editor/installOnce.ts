import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Editors for tests, and what they need, lie here; the folder can be deleted at any time. */
export const editorsFolder = resolve('.vscode-test');

/**
 * Makes the folder `<root>/<name>`, by default in `.vscode-test`, with `fill`, once: a folder that is there is complete, for it gets its name last.
 * Two processes may do so at the same time; the first one's folder is kept.
 * @returns the absolute path of the folder
 */
export function installOnce(
  name: string,
  fill: (folder: string) => void,
  { root = editorsFolder }: { root?: string } = {},
): string {
  const place = resolve(root, name);
  if (existsSync(place)) return place;
  mkdirSync(root, { recursive: true });
  const draft = mkdtempSync(`${place}-`);
  try {
    fill(draft);
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}

/** Installs `packages` with npm into `folder`. Throws with npm's own words when that fails. */
export function npmInstall(folder: string, packages: readonly string[], flags: readonly string[]): void {
  const manifest = resolve(folder, 'package.json');
  // Without one of its own npm would install into the project above.
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...flags, ...packages];
  const npm = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status !== 0) {
    throw new Error(`npm ${args.join(' ')} failed in ${folder}:\n${npm.stderr || npm.stdout || String(npm.error)}`);
  }
}
