import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem } from '../../src/core/problem.js';
import { fileProblem } from '../../src/node/fileProblem.js';

/** What a person reads of an error of the operating system. */
const told = (code: string, attempt: string): string =>
  formatProblem(fileProblem(Object.assign(new Error(code), { code }), { path: '/a', attempt }).problem);

describe('an error of the file system', () => {
  it('advises another runs folder where something was to be written, and never where it was to be read', () => {
    for (const code of ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENOENT', 'EIO']) {
      assert.doesNotMatch(told(code, 'read the picture'), /another/, code);
      assert.doesNotMatch(told(code, 'look into the data set'), /another/, code);
    }
    assert.equal(
      told('EACCES', 'read the picture'),
      '/a: Could not read the picture: permission was denied.\n' +
        '  Allow reading it: it belongs to somebody else, or its permissions leave you out.',
    );
    assert.match(
      told('EACCES', 'write the checkpoint'),
      /Allow writing and reading there, or choose another runs folder/,
    );
    assert.match(told('ENOSPC', 'write the checkpoint'), /choose another runs folder/);
  });
});
