import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The path of the newest `.vsix` of this platform in the checkout. @throws Error where none was made */
export function packagedExtension(): string {
  const ending = new RegExp(`-${process.platform}-${process.arch}-.*\\.vsix$`);
  const file = readdirSync('.')
    .filter((name) => ending.test(name))
    .sort()
    .at(-1);
  if (file === undefined) throw new Error('There is no packaged extension: npm run package makes one.');
  return resolve(file);
}
