import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Makes a checkout ready: installs when nothing is installed yet or the lock file has changed since, then builds.
 *   node scripts/setup.mjs [--no-build]
 * Uses nothing but Node, for it runs before anything is installed.
 */

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** npm leaves a lock file of what is installed; whoever has every package in its version is up to date. */
function isInstalled() {
  const wanted = read('package-lock.json')?.packages ?? {};
  const installed = read('node_modules/.package-lock.json')?.packages;
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
  );
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    // Newer versions of npm do not pass .npmrc's line on to the install script.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (!isInstalled()) {
  console.log('Installing what package-lock.json lists …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
if (!process.argv.includes('--no-build')) run(process.execPath, ['esbuild.mjs']);
