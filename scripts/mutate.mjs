import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Changes a source file in small ways, one at a time, and tells which changes no test notices:
 *   npm run mutate -- src/core/statistics/crossedTest.ts [--tests core/statistics] [--concurrency 2]
 * The tests are those of the mirrored folder under test/, unless others are named by a part of their path. Stryker is
 * fetched by npx the first time; it is not installed with the rest, for few need it and it brings a hundred packages.
 */
const stryker = '@stryker-mutator/core@9.0.1';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tests: { type: 'string', multiple: true }, concurrency: { type: 'string', default: '2' } },
});
const missing = positionals.filter((file) => !existsSync(file));
if (positionals.length === 0 || missing.length > 0) {
  console.error(
    missing.length > 0 ? `There is no ${missing.join(', ')}.` : 'Name a source file: npm run mutate -- FILE',
  );
  process.exit(1);
}

/** `core/statistics/` for `src/core/statistics/crossedTest.ts`. */
const mirrored = (file) => `${dirname(file).replace(/^src\//, '')}/`;
const parts = values.tests ?? [...new Set(positionals.map(mirrored))];
const tests = readdirSync('test', { recursive: true })
  .map((name) => `test/${name}`)
  .filter((name) => /\.test\.tsx?$/.test(name) && parts.some((part) => name.includes(part)))
  .map((name) => name.replace(/^test\/(.*)\.tsx?$/, 'out/test/$1.js'));
if (tests.length === 0) {
  console.error(`No test has ${parts.join(' or ')} in its path. Name some with --tests.`);
  process.exit(1);
}

const place = join('out', 'mutate');
mkdirSync(place, { recursive: true });
const config = join(place, 'stryker.json');
const settings = {
  mutate: positionals,
  testRunner: 'command',
  commandRunner: { command: `node --test --test-concurrency=1 ${tests.join(' ')}` },
  buildCommand: `node esbuild.mjs --tests ${parts.join(' ')}`,
  concurrency: Number(values.concurrency),
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, skipFull: true },
  jsonReporter: { fileName: join(place, 'mutants.json') },
  tempDirName: join(place, 'sandbox'),
  ignorePatterns: ['.distillery', '.vscode-test', 'dist', 'out', '*.vsix'],
  // Types are not checked here, and Stryker would ask for a compiler of its own to change this file.
  tsconfigFile: join(place, 'no-tsconfig.json'),
  checkers: [],
  allowConsoleColors: false,
};
writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`);
const { status } = spawnSync('npx', ['--yes', '--package', stryker, 'stryker', 'run', config], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
