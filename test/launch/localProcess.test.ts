import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { patience } from '../../scripts/editor/patience.js';
import { ProblemError } from '../../src/core/problem.js';
import { LocalProcessLauncher } from '../../src/launch/localProcess.js';
import { resume } from '../../src/launch/resume.js';
import { holder } from '../../src/run/claim.js';
import type { RunFolder } from '../../src/run/folder.js';
import { identify, liveness, type ProcessIdentity } from '../../src/node/processes/process.js';
import { readRun, type Run } from '../../src/run/run.js';
import { stopRequested } from '../../src/run/stop.js';
import { sampleDraft, sampleSpec } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { fakeTrainer } from './buildTrainer.js';
import { madeRun } from '../run/opened.js';

const fake = fakeTrainer();

async function newRun(t: TestContext, name: string): Promise<RunFolder> {
  return (await madeRun(await temporaryFolder(t), sampleDraft({ spec: sampleSpec({ name }) }))).folder;
}

async function read(folder: RunFolder): Promise<Run> {
  const run = await readRun(folder);
  return run.kind === 'run' ? run : assert.fail(run.problem.message);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function grandchildOf(folder: RunFolder): Promise<ProcessIdentity> {
  const identity = await identify(Number(readFileSync(join(folder.path, 'grandchild'), 'utf8')));
  assert.equal(await liveness(identity), 'alive');
  return identity;
}

const trains = async (folder: RunFolder): Promise<boolean> => (await read(folder)).state.step > 0;
/** For who does as told, on a machine that is busy with something else. */
const patient = { graceMs: patience, terminateMs: patience, killMs: patience };

describe('LocalProcessLauncher', () => {
  it('starts a trainer that does its run, with its output in trainer.log', async (t) => {
    const folder = await newRun(t, 'student');
    const handle = await new LocalProcessLauncher({ trainerScript: fake.script }).start(folder);
    assert.deepEqual(await handle.exited(), { code: 0, signal: null });
    const { state } = await read(folder);
    assert.deepEqual([state.state, state.epoch, state.started?.pid], ['finished', 3, handle.pid]);
    assert.equal(await holder(folder), null);
    const mute = await newRun(t, 'mute');
    assert.deepEqual(await (await new LocalProcessLauncher({ trainerScript: fake.script }).start(mute)).exited(), {
      code: 7,
      signal: null,
    });
    assert.match(readFileSync(mute.trainerLog, 'utf8'), /library of the engine cannot be loaded/);
  });

  it('says that the trainer is not built, instead of starting nothing', async (t) => {
    const folder = await newRun(t, 'student');
    const launcher = new LocalProcessLauncher({ trainerScript: join(fake.workshop, 'missing.js') });
    await assert.rejects(launcher.start(folder), (error) => {
      assert.ok(error instanceof ProblemError);
      return error.problem.code === 'trainer-missing' && /npm run build/.test(error.problem.fix ?? '');
    });
  });

  it('stops a trainer by asking, and resumes it where it was', async (t) => {
    const folder = await newRun(t, 'held');
    const launcher = new LocalProcessLauncher({ trainerScript: fake.script });
    const first = await launcher.start(folder);
    await until(async () => (await read(folder)).state.epoch >= 1);
    await assert.rejects(resume(folder, { launcher }), /is being trained already, by process/);
    assert.equal(await launcher.stop(folder, patient), 'stopped');
    assert.deepEqual(await first.exited(), { code: 0, signal: null });
    assert.equal((await read(folder)).state.state, 'stopped');
    const second = await resume(folder, { launcher });
    assert.equal(stopRequested(folder), false);
    await until(async () => (await read(folder)).state.started?.pid === second.pid);
    assert.ok(((await read(folder)).state.started?.resumedFrom ?? 0) >= 10);
    assert.equal(await launcher.stop(folder, patient), 'stopped');
  });

  it('tells a trainer to terminate when it does not listen', async (t) => {
    const folder = await newRun(t, 'held stubborn');
    const launcher = new LocalProcessLauncher({ trainerScript: fake.script });
    const handle = await launcher.start(folder);
    await until(() => trains(folder));
    assert.equal(await launcher.stop(folder, { ...patient, graceMs: 150 }), 'terminated');
    assert.deepEqual(await handle.exited(), { code: null, signal: 'SIGTERM' });
    assert.equal((await read(folder)).state.state, 'interrupted');
  });

  it('kills a trainer that ignores even that, with all it has started, whoever started it', async (t) => {
    const folder = await newRun(t, 'held deaf parent');
    const handle = await new LocalProcessLauncher({ trainerScript: fake.script }).start(folder);
    await until(() => trains(folder));
    const grandchild = await grandchildOf(folder);
    const stranger = new LocalProcessLauncher({ trainerScript: fake.script });
    assert.equal(await stranger.stop(folder, { ...patient, graceMs: 150, terminateMs: 150 }), 'killed');
    assert.deepEqual(await handle.exited(), { code: null, signal: 'SIGKILL' });
    assert.equal(await liveness(grandchild), 'gone');
  });

  it('ends what a trainer has left behind that stopped as asked', async (t) => {
    const folder = await newRun(t, 'held parent');
    const launcher = new LocalProcessLauncher({ trainerScript: fake.script });
    await launcher.start(folder);
    await until(() => trains(folder));
    const grandchild = await grandchildOf(folder);
    assert.equal(await launcher.stop(folder, patient), 'stopped');
    assert.equal(await liveness(grandchild), 'gone');
  });

  it('stops a trainer that has only just been started and has not claimed its folder', async (t) => {
    const folder = await newRun(t, 'held');
    const launcher = new LocalProcessLauncher({ trainerScript: fake.script });
    const handle = await launcher.start(folder);
    assert.equal(await launcher.stop(folder, patient), 'stopped');
    assert.deepEqual(await handle.exited(), { code: 0, signal: null });
  });

  it('has nothing to stop where nobody trains, and nothing to resume of a finished run', async (t) => {
    const folder = await newRun(t, 'student');
    const launcher = new LocalProcessLauncher({ trainerScript: fake.script });
    assert.equal(await launcher.stop(folder), 'not-running');
    const handle = await resume(folder, { launcher });
    assert.deepEqual(await handle.exited(), { code: 0, signal: null });
    assert.equal((await read(folder)).state.state, 'finished');
    await assert.rejects(resume(folder, { launcher }), /is finished; there is nothing to resume/);
  });

  it(
    'starts trainers that outlive the process that started them',
    { skip: process.platform === 'win32' },
    async (t) => {
      const folder = await newRun(t, 'held');
      const parent = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, process.argv.slice(1), { detached: true, stdio: 'ignore' }).unref();`;
      const starter = spawn(process.execPath, ['-e', parent, fake.script, folder.path], { stdio: 'ignore' });
      await once(starter, 'exit');
      await until(() => trains(folder));
      const { started } = (await read(folder)).state;
      assert.equal(started === null ? 'none' : await liveness(started), 'alive');
      assert.equal(await new LocalProcessLauncher({ trainerScript: fake.script }).stop(folder, patient), 'stopped');
    },
  );
});
