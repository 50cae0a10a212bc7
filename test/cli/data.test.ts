import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';

describe('distillery data', () => {
  it('says what can be fetched, and how', async (test) => {
    const cwd = await temporaryFolder(test);
    const stderr = async (...words: readonly string[]): Promise<string> => {
      const answer = await distillery(['data', ...words], { cwd });
      assert.equal(answer.code, 2);
      return answer.stderr;
    };
    assert.match(
      await stderr('fetch', 'cifar'),
      /^`cifar` cannot be fetched\.\n {2}Did you mean `cifar10`\? There are: cifar10, cifar100\./,
    );
    assert.match(await stderr('fetch'), /needs `fetch` and a data set, `cifar10` or `cifar100`/);
    assert.match(await stderr('clear', 'cifar10'), /^`clear` is nothing that can be done/);
    assert.match(await stderr('fetch', 'cifar10', '--url', 'ftp://x'), /^`ftp:\/\/x` is no address of the web/);
    assert.match(await stderr('fetch', 'cifar10', '--url', 'http://x', '--file', 'y'), /exclude each other/);
  });

  it('refuses an archive that is another one', async (test) => {
    const cwd = await temporaryFolder(test);
    await writeFile(join(cwd, 'mine.tar.gz'), 'something');
    const { code, stderr } = await distillery(['data', 'fetch', 'cifar100', '--file', 'mine.tar.gz'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /mine\.tar\.gz: This is not the archive of CIFAR-100: it has 9 bytes, expected 168513733\./);
  });

  it('says what to do where the network does not answer, and keeps to the address that was named', async (test) => {
    const cwd = await temporaryFolder(test);
    const { code, stderr } = await distillery(['data', 'fetch', 'cifar10', '--url', 'http://127.0.0.1:9/c.tar.gz'], {
      cwd,
    });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^CIFAR-10: 170 MB from http:\/\/127\.0\.0\.1:9\/c\.tar\.gz\n127\.0\.0\.1:9 cannot be reached: /,
    );
    assert.match(stderr, /`--file ARCHIVE`/);
  });
});
