import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isHeld, lockFile } from '../../../src/node/locks/systemLock.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

/** Runs with only some of the system's programs to be found. */
async function withPrograms<T>(t: TestContext, programs: readonly string[], work: () => Promise<T>): Promise<T> {
  const only = await temporaryFolder(t);
  for (const program of programs) symlinkSync(`/usr/bin/${program}`, join(only, program));
  const before = process.env['PATH'];
  process.env['PATH'] = only;
  try {
    return await work();
  } finally {
    process.env['PATH'] = before;
  }
}

async function someFile(t: TestContext): Promise<string> {
  const path = join(await temporaryFolder(t), 'file');
  writeFileSync(path, 'text');
  return path;
}

const skip = process.platform === 'win32' && 'NOT TESTED: Windows has no such lock';

describe('a lock that the system holds', { skip }, () => {
  for (const program of ['flock', 'perl']) {
    const missing = !existsSync(`/usr/bin/${program}`) && `NOT TESTED: there is no ${program} here`;
    it(`is held by ${program} until the file is closed, and can be seen by others`, { skip: missing }, async (t) => {
      const path = await someFile(t);
      const file = openSync(path, 'r+');
      await withPrograms(t, [program], async () => {
        assert.equal(await isHeld(path), 'free');
        assert.deepEqual(await lockFile(file, 'exclusive'), { kind: 'granted' });
        const looks = await Promise.all(Array.from({ length: 5 }, () => isHeld(path)));
        assert.deepEqual(new Set(looks), new Set(['held']));
        const other = openSync(path, 'r+');
        assert.deepEqual(await lockFile(other, 'exclusive'), { kind: 'refused' });
        closeSync(other);
        closeSync(file);
        assert.equal(await isHeld(path), 'free');
      });
    });
  }

  it('ends with the process, however it ends, and not while it is stopped', async (t) => {
    const path = await someFile(t);
    const locker: ChildProcess = spawn('flock', [
      '--no-fork',
      path,
      process.execPath,
      '-e',
      'setInterval(() => {}, 99)',
    ]);
    await once(locker, 'spawn');
    while ((await isHeld(path)) !== 'held') await new Promise((resolve) => setTimeout(resolve, 10));
    locker.kill('SIGSTOP');
    assert.equal(await isHeld(path), 'held');
    const gone = once(locker, 'exit');
    locker.kill('SIGKILL');
    await gone;
    assert.equal(await isHeld(path), 'free');
  });

  it('goes to nobody who only looks: many look at once at a file that nobody holds', async (t) => {
    const path = await someFile(t);
    const looks = await Promise.all(Array.from({ length: 20 }, () => isHeld(path)));
    assert.deepEqual(new Set(looks), new Set(['free']));
  });

  it('says that it cannot be had, and why', async (t) => {
    const path = await someFile(t);
    const file = openSync(path, 'r');
    await withPrograms(t, [], async () => {
      const attempt = await lockFile(file, 'exclusive');
      assert.deepEqual(attempt, { kind: 'unavailable', why: 'there is neither `flock` nor `perl` here' });
      assert.equal(await isHeld(path), 'unknown');
    });
    closeSync(file);
  });

  it('is held by nobody where there is no file, and unknown where there is something else', async (t) => {
    const folder = await temporaryFolder(t);
    assert.equal(await isHeld(join(folder, 'none')), 'free');
    mkdirSync(join(folder, 'folder'));
    assert.equal(await isHeld(join(folder, 'folder')), 'unknown');
  });
});
