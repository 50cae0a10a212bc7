import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProblemError } from '../../src/core/problem.js';
import { silenceSeconds } from '../../src/core/silence.js';
import { holder } from '../../src/run/claim.js';
import { draftOf } from '../../src/node/files/draft.js';
import { OpenedFolder } from '../../src/node/files/openedFolder.js';
import { runFolder, type RunFolder } from '../../src/run/folder.js';
import { acquire, lockSuffix } from '../../src/node/locks/lock.js';
import { identify, liveness, ownIdentity, type ProcessIdentity } from '../../src/node/processes/process.js';
import { sleeper } from './sleeper.js';
import { temporaryFolder } from './temporaryFolder.js';
import { claimed } from './opened.js';

const emptyFolder = async (t: TestContext): Promise<RunFolder> => runFolder(await temporaryFolder(t));

function lock(folder: RunFolder, owner: ProcessIdentity): string {
  const path = join(folder.path, 'trainer.00000000-0000-4000-8000-000000000000.lock');
  writeFileSync(path, JSON.stringify({ version: 1, owner }));
  return path;
}

const isBusy = (error: unknown): boolean => error instanceof ProblemError && error.problem.code === 'run-busy';

const linuxOnly = { skip: process.platform !== 'linux' };

describe('liveness', () => {
  it('knows a living process, and that it is gone once killed', async () => {
    const { identity, kill } = await sleeper();
    assert.equal(await liveness(identity), 'alive');
    await kill();
    assert.equal(await liveness(identity), 'gone');
  });

  it('counts one as gone that has ended but was not collected', linuxOnly, async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const printed: unknown[] = await once(parent.stdout, 'data');
    const child = await identify(Number(String(printed[0])));
    assert.equal(await liveness(child), 'alive');
    const isZombie = (): boolean => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') Z ');
    while (!isZombie()) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await liveness(child), 'gone');
    parent.kill();
  });

  it('is not deceived by a number that another process has now', async () => {
    const own = await ownIdentity();
    assert.equal(await liveness(own), 'alive');
    assert.equal(await liveness({ ...own, pidStart: `${own.pidStart}0` }), 'gone');
  });

  it('admits what it cannot know', async () => {
    const { boot, pidNamespace, ...older } = await ownIdentity();
    assert.equal(await liveness({ ...older, host: 'elsewhere.invalid' }), 'unknown');
    assert.equal(await liveness({ ...older, pidStart: '' }), 'unknown');
    assert.equal(await liveness({ ...older, pid: 1, boot: 'another start', pidNamespace: 'of its own' }), 'unknown');
  });

  it(
    'knows a machine that has got another name meanwhile, and no numbers of another container',
    linuxOnly,
    async () => {
      const own = await ownIdentity();
      assert.equal(await liveness({ ...own, host: 'elsewhere.invalid' }), 'alive');
      assert.equal(await liveness({ ...own, host: 'elsewhere.invalid', pidStart: 'long ago' }), 'gone');
      assert.equal(await liveness({ ...own, pidNamespace: 'pid:[1]' }), 'unknown');
      assert.equal(await liveness({ ...own, pidNamespace: 'pid:[1]', pidStart: 'long ago' }), 'unknown');
    },
  );
});

describe('claim', () => {
  it('gives a folder to one trainer at a time, and tells the other who has it', async (t) => {
    const folder = await emptyFolder(t);
    const first = await claimed(folder);
    assert.deepEqual(await holder(folder), first.owner);
    await assert.rejects(claimed(folder), (error) => {
      assert.ok(error instanceof ProblemError);
      assert.match(error.message, new RegExp(`is already being trained, by process ${process.pid} on `));
      return isBusy(error);
    });
    first.release();
    first.release();
    assert.equal(await holder(folder), null);
    (await claimed(folder)).release();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('waits for nobody who is gone, and clears away what he left', async (t) => {
    const folder = await emptyFolder(t);
    const { identity, kill } = await sleeper();
    lock(folder, identity);
    await assert.rejects(claimed(folder), isBusy);
    await kill();
    mkdirSync(join(folder.path, 'logits'));
    for (const half of [folder.checkpoint, join(folder.path, 'logits', 'test-1.safetensors')]) {
      writeFileSync(await draftOf(half, identity), 'half');
    }
    writeFileSync(folder.checkpoint, 'whole');
    const mine = await claimed(folder);
    assert.equal(readdirSync(join(folder.path, 'logits')).length, 0);
    mine.release();
    assert.deepEqual(readdirSync(folder.path).sort(), ['checkpoint.safetensors', 'logits']);
  });

  it('believes a trainer on another machine for as long as its log grows', async (t) => {
    const folder = await emptyFolder(t);
    const path = lock(folder, { pid: 1, pidStart: 'x', host: 'elsewhere.invalid' });
    writeFileSync(folder.log, '');
    const old = Date.now() / 1000 - silenceSeconds - 5;
    utimesSync(path, old, old);
    await assert.rejects(claimed(folder), isBusy);
    utimesSync(folder.log, old, old);
    const mine = await claimed(folder);
    assert.ok(!existsSync(path), 'whoever is gone for us would not learn it');
    mine.release();
  });

  it('is not kept out by a sign of life that is yet to come', async (t) => {
    const folder = await emptyFolder(t);
    const path = lock(folder, { pid: 1, pidStart: 'x', host: 'elsewhere.invalid' });
    const later = Date.now() / 1000 + 640_711 * 3600;
    utimesSync(path, later, later);
    assert.equal(await holder(folder), null);
    (await claimed(folder)).release();
  });

  it('learns that another has taken what it had', async (t) => {
    const folder = await emptyFolder(t);
    writeFileSync(folder.record, '{}');
    const first = await claimed(folder);
    first.mustStand();
    const name = readdirSync(folder.path).find((entry) => entry.endsWith(lockSuffix)) ?? '';
    rmSync(join(folder.path, name));
    const second = await claimed(folder);
    assert.throws(
      () => first.mustStand(),
      (error) => error instanceof ProblemError && error.problem.code === 'run-taken',
    );
    first.release();
    second.mustStand();
    assert.deepEqual(await holder(folder), second.owner);
    second.release();
    assert.equal(second.stands(), false);
  });

  it('never gives a folder to two of many who come at the same moment, over a lock that is left behind', async (t) => {
    const { identity, kill } = await sleeper();
    await kill();
    let granted = 0;
    for (let round = 0; round < 10; round++) {
      const folder = await emptyFolder(t);
      lock(folder, { ...identity, pidStart: 'long ago' });
      const claims = await Promise.allSettled(Array.from({ length: 6 }, () => claimed(folder)));
      const held = claims.filter((result) => result.status === 'fulfilled');
      assert.ok(held.length <= 1, `${held.length} hold the folder`);
      assert.ok(claims.every((result) => result.status === 'fulfilled' || isBusy(result.reason)));
      granted += held.length;
    }
    assert.ok(granted > 0);
  });

  it('refuses a lock that it cannot read, rather than guess', async (t) => {
    const folder = await emptyFolder(t);
    writeFileSync(join(folder.path, 'trainer.00000000-0000-4000-8000-000000000000.lock'), '{');
    await assert.rejects(claimed(folder), /nobody knows whether its process lives/);
    assert.equal(readdirSync(folder.path).length, 1);
  });

  const notOnWindows = { skip: process.platform === 'win32' };

  it('says that permission was denied where nothing can be written or cleared away', notOnWindows, async (t) => {
    const path = join(await temporaryFolder(t), 'shared');
    mkdirSync(path);
    const folder = await OpenedFolder.open(path);
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0o444);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await assert.rejects(
        acquire({ folder, name: '.spec' }),
        (error) => error instanceof ProblemError && error.problem.code === 'no-permission',
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
      await folder.close();
    }
  });

  it('says which folder is missing', async (t) => {
    const folder = runFolder(join(await temporaryFolder(t), 'gone'));
    await assert.rejects(
      claimed(folder),
      (error) => error instanceof ProblemError && error.problem.code === 'file-missing',
    );
  });
});
