import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSpecSchema } from '../../../src/core/spec/spec.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { takePrevious } from '../../../src/run/checkpoint/generations.js';
import { withRun } from '../../../src/run/openedRun.js';
import { readRun } from '../../../src/run/run.js';
import { clearStop, requestStop } from '../../../src/run/stop.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { runResults } from '../runResults.js';
import { hashOf, smallTeacher, startTrainer, trained, trainerRun } from '../trainerRuns.js';

const longTeacher = {
  ...smallTeacher,
  data: { dataset: 'mnist', limit: { train: 640, test: 50 } },
  train: { epochs: 30, batchSize: 8 },
};

/** One bit in the middle of the data. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 16, bytes.length >> 1);
  writeFileSync(path, bytes);
}

async function stateOf(folder: RunFolder) {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run');
  return run.state;
}

/** Trains for some checkpoints and stops. */
async function begun(folder: RunFolder): Promise<void> {
  const trainer = startTrainer(folder);
  const closed = once(trainer, 'close');
  while (trainer.exitCode === null && (await stateOf(folder)).epoch < 2) await sleep(20);
  await withRun(folder, requestStop);
  await closed;
  await withRun(folder, clearStop);
  assert.equal((await stateOf(folder)).state, 'stopped');
}

describe('a trainer that finds its checkpoint changed on the disk', () => {
  it('refuses it, and goes on from the one before to the result of an undisturbed run', async (t) => {
    const runs = await temporaryFolder(t);
    const whole = await trainerRun(runs, longTeacher, { checkpointSeconds: 0.05 });
    const folder = await trainerRun(runs, longTeacher, { checkpointSeconds: 0.05 });
    assert.equal((await trained(whole)).code, 0);
    assert.deepEqual([existsSync(whole.checkpoint), existsSync(whole.previousCheckpoint)], [true, false]);
    await begun(folder);
    const { step } = await stateOf(folder);
    flip(folder.checkpoint);
    const { code, output } = await trained(folder);
    const failed = await stateOf(folder);
    assert.deepEqual([code, failed.state, failed.problem?.code], [1, 'failed', 'checkpoint-damaged'], output);
    const from = await takePrevious(folder);
    assert.ok(from < step, `${from} of ${step}`);
    assert.equal((await trained(folder)).code, 0);
    const state = await stateOf(folder);
    assert.match(state.notes.join(), new RegExp(`Goes on from the checkpoint before the last one, of step ${from}`));
    assert.deepEqual(await runResults(folder), await runResults(whole));
    assert.ok(existsSync(folder.damagedCheckpoint));
  });
});

describe('a student whose teacher was changed on the disk', () => {
  it('is not taught by it', async (t) => {
    const runs = await temporaryFolder(t);
    const teacher = await trainerRun(runs, smallTeacher);
    assert.equal((await trained(teacher)).code, 0);
    flip(teacher.checkpoint);
    const spec = {
      ...smallTeacher,
      role: 'student',
      name: 'student',
      distill: { loss: 'hinton', temperature: 4, alpha: 0.9 },
      teachers: [hashOf(runSpecSchema.parse(smallTeacher))],
    };
    const student = await trainerRun(runs, spec, { teachers: [teacher] });
    const { code, output } = await trained(student);
    const { state, problem } = await stateOf(student);
    assert.deepEqual([code, state, problem?.code], [1, 'failed', 'network-damaged'], output);
    assert.equal(problem?.place?.file, teacher.checkpoint);
    const file = join(runs, 'exported.safetensors');
    const exported = spawnSync(process.execPath, ['dist/exporter.js', teacher.path, file, 'safetensors']);
    assert.equal(exported.status, 2);
    assert.match(exported.stdout.toString(), /"code":"network-damaged"/);
    assert.equal(existsSync(file), false);
  });
});

const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;

describe('a trainer that saves', { skip: !hasStrace && 'there is no strace' }, () => {
  it('has brought the log to the disk before the checkpoint takes its place, and logits before their epoch', async (t) => {
    const runs = await temporaryFolder(t);
    const folder = await trainerRun(runs, { ...smallTeacher, train: { epochs: 3, batchSize: 32 } });
    const trace = join(runs, 'trace');
    const calls = 'trace=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2';
    execFileSync('strace', [
      '-f',
      '-y',
      '-s',
      '40',
      '-e',
      calls,
      '-o',
      trace,
      process.execPath,
      'dist/trainer.js',
      folder.path,
    ]);
    const lines = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => !line.includes('unfinished'));
    const logWrite = /write\(\d+<[^>]*log\.jsonl>/;
    let unsynced = 0;
    let saves = 0;
    const logits = { test: 0 };
    for (const line of lines) {
      if (/fd?a?t?a?sync\(\d+<[^>]*log\.jsonl>/.test(line)) unsynced = 0;
      else if (logWrite.test(line)) {
        if (line.includes('"{\\"type\\":\\"steps\\"')) unsynced++;
        if (line.includes('"{\\"type\\":\\"epoch\\"')) {
          assert.ok(logits.test > 0, 'the logits of an epoch come before its entry');
          logits.test = 0;
        }
      } else if (/rename/.test(line) && line.includes('checkpoint.safetensors")')) {
        assert.equal(unsynced, 0, line);
        saves++;
      } else if (/rename/.test(line) && /\/test-\d+\.safetensors"\)/.test(line)) logits.test++;
    }
    assert.equal(saves, 3);
  });
});
