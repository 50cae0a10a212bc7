import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Stats } from 'mocha';
import { print } from './print.js';

/**
 * Runs inside the extension host: every test file of the folder that `DISTILLERY_SUITE` names, beside this one by
 * default; of those the tests whose title matches `DISTILLERY_TESTS`. The editor calls it, and ends with an error when
 * it throws.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const { default: Mocha } = await import('mocha');
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => print(format(...parts));
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: 120_000,
    slow: 5000,
    color: false,
    forbidOnly: true,
  });
  const title = process.env['DISTILLERY_TESTS'] ?? '';
  if (title !== '') mocha.fgrep(title);

  const folder = join(__dirname, process.env['DISTILLERY_SUITE'] ?? '');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.cjs')) : [];
  for (const file of files.sort()) mocha.addFile(join(folder, file));
  const stats = await new Promise<Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const { passes = 0, failures = 0 } = stats ?? {};
  if (passes + failures === 0 && title === '') throw new Error(`There is no test in ${folder}.`);
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
