import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRegular, readRegularText } from '../../../src/node/files/regularFile.js';
import { ProblemError } from '../../../src/core/problem.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const bounds = { attempt: 'read the file', most: 100 };

test('a file is read whole', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, 'grüße');
  assert.equal(await readRegularText(path, bounds), 'grüße');
});

test('a file over the bound is refused with both sizes', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, Buffer.alloc(101));
  await assert.rejects(readRegular(path, bounds), problem('file-too-large', /101 .*100/s));
  assert.equal((await readRegular(path, { ...bounds, most: 101 })).length, 101);
});

test('neither a pipe nor a device nor a socket nor a folder is read, and none is waited for', async (t) => {
  const home = await temporaryFolder(t);
  const socket = join(home, 'socket');
  const server = createServer().listen(socket);
  t.after(() => server.close());
  await once(server, 'listening');
  await assert.rejects(readRegular(home, bounds), problem('not-a-file'));
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [join(home, 'pipe')]);
  for (const path of [socket, join(home, 'pipe'), '/dev/zero']) {
    await assert.rejects(readRegular(path, bounds), problem('not-a-regular-file'), path);
  }
});

function problem(code: string, message = /./): (error: unknown) => boolean {
  return (error) => error instanceof ProblemError && error.problem.code === code && message.test(error.message);
}
