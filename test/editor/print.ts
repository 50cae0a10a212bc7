import { appendFileSync } from 'node:fs';

/**
 * Prints a line of a test that runs inside the extension host. What is logged there takes long ways through the
 * editor, mixed with its own words; `DISTILLERY_TEST_OUTPUT` names a file that whoever started the editor prints from.
 */
export function print(line: string): void {
  const file = process.env['DISTILLERY_TEST_OUTPUT'];
  if (file === undefined)
    throw new Error('DISTILLERY_TEST_OUTPUT is not set: start the tests with npm run test:editor.');
  appendFileSync(file, `${line}\n`);
}
