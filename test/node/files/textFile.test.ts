import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { formatProblem, problemOf } from '../../../src/core/problem.js';
import { readTextFile } from '../../../src/node/files/textFile.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const text = '{\r\n  "name": "Größe 鳥"\r\n}\n';

async function reading(t: TestContext, bytes: Uint8Array): Promise<string> {
  const file = join(await temporaryFolder(t), 'a.json');
  await writeFile(file, bytes);
  return readTextFile(file, { attempt: 'read the experiment', name: 'a.json' });
}

const problemIn = async (t: TestContext, bytes: Uint8Array): Promise<string> =>
  reading(t, bytes).then(
    () => 'no problem',
    (error: unknown) => formatProblem(problemOf(error)),
  );

describe('a text that a person wrote', () => {
  const mark = '\ufeff';
  const encodings: readonly [string, Uint8Array][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(mark + text)],
    ['UTF-16 in little endian', Buffer.from(mark + text, 'utf16le')],
    ['UTF-16 in big endian', Buffer.from(mark + text, 'utf16le').swap16()],
    ['UTF-16 in little endian without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 in big endian without a mark', Buffer.from(text, 'utf16le').swap16()],
  ];
  for (const [name, bytes] of encodings) {
    it(`is read in ${name}`, async (t) => {
      assert.equal(await reading(t, bytes), text);
    });
  }

  it('may hold the sign for what cannot be read', async (t) => {
    assert.equal(await reading(t, Buffer.from('"\ufffd"')), '"\ufffd"');
  });

  it('is refused in another encoding, with the place of the first letter that shows it', async (t) => {
    const problem = await problemIn(t, Buffer.from('{\n  "name": "Größe"\n}', 'latin1'));
    assert.match(problem, /^a\.json:2:14: The file is not written in UTF-8: .*\n {2}Save it as UTF-8\./);
  });

  it('is refused with zeros in it, and so is what is no text at all', async (t) => {
    assert.match(await problemIn(t, Buffer.from('{"a": 1}\n\0\0\0')), /^a\.json:2:1: The file holds a byte of zeros/);
    assert.match(await problemIn(t, Buffer.alloc(4096)), /^a\.json:1:1: The file holds a byte of zeros/);
  });
});
