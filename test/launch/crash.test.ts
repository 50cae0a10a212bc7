import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, it, type TestContext } from 'node:test';
import { concludeCrash } from '../../src/launch/crash.js';
import type { Exit, RunHandle } from '../../src/launch/launcher.js';
import { readRun } from '../../src/run/run.js';
import { sampleDraft, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { claimed, madeRun, openedLog } from '../run/opened.js';

/** Of a process that is gone: numbers are given up to 2^22. */
const pid = 2 ** 22 + 1;
const need = 'the train step needs 761 MB at least: 2.0 MB for weights, 759 MB for results';
const segmentationFault: Exit = { code: null, signal: 'SIGSEGV' };

/** A run whose trainer has begun, and the handle of whoever started it. */
async function died(
  t: TestContext,
  { engine = 'onnx/webgpu', earlier = '', output = '', steps = 0 } = {},
): Promise<RunHandle> {
  const { folder } = await madeRun(await temporaryFolder(t), sampleDraft());
  await appendFile(folder.trainerLog, earlier + output);
  const log = await openedLog(folder);
  log.append(startedEntry({ pid, host: hostname(), engine }));
  if (steps > 0) {
    log.append({
      type: 'steps',
      time: Date.now(),
      first: 1,
      count: steps,
      loss: 1,
      learningRate: 0.1,
      examplesPerSecond: 1,
    });
  }
  log.close();
  return {
    folder,
    pid,
    outputFrom: Buffer.byteLength(earlier),
    exited: () => Promise.reject(new Error('nobody waits')),
  };
}

const logged = async ({ folder }: RunHandle) => {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run');
  return { state: run.state.state, code: run.state.problem?.code };
};

// Only the parent learns how a process ended: what it does not write down nobody ever knows.
describe('a trainer that its device has ended', () => {
  it('has failed for want of memory where the driver had said so, with the sizes and a smaller batch', async (t) => {
    const output = `onnx/webgpu: ${need}\nWebGPU device error(3): vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY\n`;
    const handle = await died(t, { output });
    const { problem, isLogged } = await concludeCrash(handle, { code: null, signal: 'SIGABRT' });
    assert.ok(isLogged);
    assert.deepEqual(await logged(handle), { state: 'failed', code: 'out-of-memory' });
    assert.match(problem.message, /SIGABRT.*the train step needs 761 MB at least/);
    const half = sampleDraft().spec.train.batchSize / 2;
    assert.ok(problem.fix?.includes(`"batchSize": ${half}`), problem.fix);
  });

  it('has failed where the card was lost', async (t) => {
    const handle = await died(t, { output: 'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST\n', steps: 3 });
    await concludeCrash(handle, { code: 1, signal: null });
    assert.deepEqual(await logged(handle), { state: 'failed', code: 'device-lost' });
  });

  it('has failed where its driver ended it without a word: before the first step most often for memory', async (t) => {
    const handle = await died(t, { output: `onnx/webgpu: ${need}\n` });
    const { problem } = await concludeCrash(handle, segmentationFault);
    assert.deepEqual(await logged(handle), { state: 'failed', code: 'driver-crashed' });
    assert.match(problem.message, /before its first step.*the train step needs 761 MB/);
    assert.match(problem.fix ?? '', /smaller batch/);
  });

  it('does not blame memory for a driver that had made steps', async (t) => {
    const handle = await died(t, { output: `onnx/webgpu: ${need}\n`, steps: 3 });
    const { problem } = await concludeCrash(handle, { code: 0xc0000005, signal: null });
    assert.deepEqual(await logged(handle), { state: 'failed', code: 'driver-crashed' });
    assert.doesNotMatch(`${problem.message} ${problem.fix ?? ''}`, /memory|batch/);
  });
});

describe('a trainer that ended for another reason', () => {
  const others: Record<string, { how: Parameters<typeof died>[1]; exit: Exit; says?: RegExp }> = {
    'on the CPU': { how: { engine: 'onnx/cpu' }, exit: segmentationFault },
    'killed by someone, or by a system without memory': {
      how: {},
      exit: { code: null, signal: 'SIGKILL' },
      says: /for want of memory/,
    },
    'after an earlier one that had lost its card': {
      how: { earlier: 'device lost\n' },
      exit: { code: 1, signal: null },
    },
  };
  for (const [what, { how, exit, says = /last checkpoint/ }] of Object.entries(others)) {
    it(`is interrupted: ${what}`, async (t) => {
      const handle = await died(t, how);
      const { problem, isLogged } = await concludeCrash(handle, exit);
      assert.ok(!isLogged);
      assert.equal(problem.code, 'trainer-crashed');
      assert.match(problem.fix ?? '', says);
      assert.equal((await logged(handle)).state, 'interrupted');
    });
  }

  const fullDisks = {
    'Node.js': 'Error: ENOSPC: no space left on device, write\n    at writeSync (node:fs)\n',
    'a quota': "Error: EDQUOT: disk quota exceeded, open '/runs/a/log.jsonl'\n",
    'our own message': 'Error: could not save the checkpoint: there is no space left on the disk.\n',
  };
  for (const [who, output] of Object.entries(fullDisks)) {
    it(`is interrupted by a full disk where ${who} says so, and can go on`, async (t) => {
      const handle = await died(t, { output, steps: 3 });
      const { problem, isLogged } = await concludeCrash(handle, { code: 1, signal: null });
      assert.equal(problem.code, 'disk-full');
      assert.equal(problem.message, 'The trainer ended with exit code 1: there is no space left on the disk.');
      assert.match(problem.fix ?? '', /^Free some space/);
      // Nothing is written to a disk that is full, and what is interrupted is resumed by the next run.
      assert.ok(!isLogged);
      assert.equal((await logged(handle)).state, 'interrupted');
    });
  }

  it('does not blame the disk for what filled it for an earlier one', async (t) => {
    const handle = await died(t, { earlier: fullDisks['Node.js'], output: 'Killed\n' });
    const { problem } = await concludeCrash(handle, { code: 1, signal: null });
    assert.equal(problem.code, 'trainer-crashed');
  });

  it('leaves the log alone where another trainer has the run by now', async (t) => {
    const handle = await died(t, { output: 'device lost\n' });
    const hold = await claimed(handle.folder);
    t.after(() => hold.release());
    const { problem, isLogged } = await concludeCrash(handle, segmentationFault);
    assert.equal(problem.code, 'device-lost');
    assert.ok(!isLogged);
  });
});
