import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpointHead } from '../../../src/run/checkpoint/checkpointHead.js';
import { errorCode } from '../../../src/node/fileProblem.js';
import { runFolder, type RunFolder } from '../../../src/run/folder.js';
import { readRun, type Run } from '../../../src/run/run.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { smallTeacher, startTrainer, trained, trainerRun } from '../trainerRuns.js';

/** Longer than any test looks at it, and quick to go on from. */
const spec = { ...smallTeacher, train: { epochs: 2000, batchSize: 32 } };
const options = { skip: process.platform === 'linux' ? false : 'open folders are followed on Linux alone' };

async function read(folder: RunFolder): Promise<Run> {
  const run = await readRun(folder);
  return run.kind === 'run' ? run : assert.fail(run.problem.message);
}

/** What is done to the folder of a real trainer while it trains, and what the trainer came to. */
async function whileTraining(
  t: TestContext,
  harm: (place: { home: string; runs: string; folder: RunFolder }) => void,
): Promise<{ home: string; runs: string; folder: RunFolder; code: number | null; output: string }> {
  const home = await temporaryFolder(t);
  const runs = join(home, '.distillery', 'runs');
  const folder = await trainerRun(runs, spec, { checkpointSeconds: 1 });
  const trainer = startTrainer(folder);
  let output = '';
  trainer.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(trainer, 'close');
  while (trainer.exitCode === null && (await read(folder)).state.epoch < 2) await sleep(20);
  assert.equal(trainer.exitCode, null, output);
  harm({ home, runs, folder });
  await closed;
  return { home, runs, folder, code: trainer.exitCode, output };
}

/** Again where a trainer put something into the folder while it was emptied: `rmSync` tries only the last step again. */
function deleteWhole(path: string): void {
  while (existsSync(path)) {
    try {
      rmSync(path, { recursive: true });
    } catch (error) {
      if (errorCode(error) !== 'ENOTEMPTY') throw error;
    }
  }
}

/** A run that was ended because its folder was moved, and is whole where it lies now. */
async function assertWhole(folder: RunFolder): Promise<void> {
  const { state } = await read(folder);
  assert.deepEqual([state.state, state.problem?.code], ['failed', 'folder-moved']);
  const { step } = await readCheckpointHead(folder.checkpoint);
  assert.equal(step, state.step, 'the checkpoint holds all that the log tells of');
  assert.ok(state.history.length > 0);
  for (const { logits } of state.history) assert.ok(existsSync(join(folder.path, logits.test)));
  assert.ok(readdirSync(folder.path).every((name) => !name.endsWith('.lock') && !name.endsWith('.tmp')));
}

describe('a trainer', () => {
  it('whose folder is moved saves where that lies now and ends, and goes on there', options, async (t) => {
    const { runs, folder, code } = await whileTraining(t, ({ folder: { path } }) => renameSync(path, `${path}-moved`));
    assert.equal(code, 1);
    assert.equal(existsSync(folder.path), false, 'nothing is made in the old place');
    const moved = runFolder(`${folder.path}-moved`);
    await assertWhole(moved);
    const before = (await read(moved)).state.step;
    const trainer = startTrainer(moved);
    const closed = once(trainer, 'close');
    while (trainer.exitCode === null && (await read(moved)).state.step <= before) await sleep(20);
    trainer.kill('SIGTERM');
    await closed;
    assert.equal((await read(moved)).state.state, 'stopped');
    assert.deepEqual(readdirSync(runs), [moved.id]);
  });

  it('notices that a folder above was moved', options, async (t) => {
    const { home, folder, code } = await whileTraining(t, ({ home: path }) =>
      renameSync(join(path, '.distillery'), join(path, 'elsewhere')),
    );
    assert.equal(code, 1);
    assert.deepEqual(readdirSync(home), ['elsewhere']);
    await assertWhole(runFolder(join(home, 'elsewhere', 'runs', folder.id)));
  });

  it('leaves another folder alone that takes the place of its own', options, async (t) => {
    const { folder, code } = await whileTraining(t, ({ home, folder: { path } }) => {
      cpSync(path, join(home, 'copy'), { recursive: true });
      renameSync(path, join(home, 'moved'));
      mkdirSync(path);
      cpSync(join(home, 'copy', 'run.json'), join(path, 'run.json'));
    });
    assert.equal(code, 1);
    assert.deepEqual(readdirSync(folder.path), ['run.json']);
    await assertWhole(runFolder(join(folder.path, '..', '..', '..', 'moved')));
  });

  it('whose folder is deleted ends and makes nothing', options, async (t) => {
    const { runs, code, output } = await whileTraining(t, ({ folder: { path } }) => deleteWhole(path));
    // Where its lock is deleted first, for a moment it looks as if another had taken the run.
    assert.match(output, /moved, replaced or deleted|was taken from this process/);
    assert.ok(code === 1 || code === 2, String(code));
    assert.deepEqual(readdirSync(runs), []);
  });

  it('refuses a folder whose log, logits or own folder is a link', async (t) => {
    const home = await temporaryFolder(t);
    const runs = join(home, '.distillery', 'runs');
    const outside = join(home, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'profile'), 'echo hello\n');
    for (const [name, target] of [
      ['log.jsonl', 'profile'],
      ['logits', ''],
    ] as const) {
      const folder = await trainerRun(runs, smallTeacher);
      symlinkSync(join(outside, target), join(folder.path, name));
      const { code, output } = await trained(folder);
      assert.notEqual(code, 0);
      assert.match(output, /A link stands here/);
      assert.ok(!output.includes('/proc/self'), output);
    }
    const inside = await trainerRun(runs, smallTeacher);
    renameSync(inside.path, join(outside, 'run'));
    symlinkSync(join(outside, 'run'), inside.path);
    const { code, output } = await trained(inside);
    assert.equal(code, 2);
    assert.match(output, /A link stands here/);
    assert.deepEqual(readdirSync(join(outside, 'run')), ['run.json']);
    assert.deepEqual(readdirSync(outside).sort(), ['profile', 'run']);
    assert.equal(readFileSync(join(outside, 'profile'), 'utf8'), 'echo hello\n');
  });
});
