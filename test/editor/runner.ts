import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Stats } from 'mocha';
import { patience } from '../../scripts/editor/patience.js';
import { print } from './print.js';

/** What the editor calls, and what ends it with an error when it throws. Each folder of tests has one of its own. */
export const run = (): Promise<void> => runTests(__dirname);

/** Runs every test file of a folder inside the extension host; of those the tests whose title matches `DISTILLERY_TESTS`. */
export async function runTests(folder: string): Promise<void> {
  process.setSourceMapsEnabled(true);
  const { default: Mocha } = await import('mocha');
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => print(format(...parts));
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: 4 * patience,
    slow: 5000,
    color: false,
    forbidOnly: true,
  });
  const title = process.env['DISTILLERY_TESTS'] ?? '';
  if (title !== '') mocha.fgrep(title);

  const files = readdirSync(folder).filter((name) => name.endsWith('.test.cjs'));
  for (const file of files.sort()) mocha.addFile(join(folder, file));
  const stats = await new Promise<Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const { passes = 0, failures = 0 } = stats ?? {};
  if (passes + failures === 0 && title === '') throw new Error(`There is no test in ${folder}.`);
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
