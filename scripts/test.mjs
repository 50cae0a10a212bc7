import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';

/**
 * Builds and runs the unit tests.
 *   node scripts/test.mjs [part of a file's name …]
 */
const wanted = process.argv.slice(2);

function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync('out/test', { recursive: true, force: true });
mkdirSync('out/test', { recursive: true });
run(['esbuild.mjs', '--tests', ...wanted]);
const files = readdirSync('out/test', { recursive: true })
  .filter((name) => name.endsWith('.test.js') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .map((name) => `out/test/${name}`);
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(', ')}.`);
  process.exit(1);
}
run(['--enable-source-maps', '--test', '--test-concurrency=2', '--test-reporter=spec', ...files]);
