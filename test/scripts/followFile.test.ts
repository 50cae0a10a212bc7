import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { followFile } from '../editor/followFile.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

// What tests print inside the editor reaches the terminal whole, also what was written last.
test('hands on everything that is appended, with characters that were cut in two', async (t) => {
  const file = join(await temporaryFolder(t), 'output.txt');
  let text = '';
  const following = followFile(file, (more) => (text += more));
  const bytes = Buffer.from('first ✔ line\n');
  await appendFile(file, bytes.subarray(0, 7));
  await new Promise((later) => setTimeout(later, 250));
  await appendFile(file, bytes.subarray(7));
  await appendFile(file, 'last');
  following.end();
  assert.equal(text, 'first ✔ line\nlast');
});
