import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { engineOf, overrideEngine } from '../../src/run/engineOverride.js';
import { readRun } from '../../src/run/run.js';
import { readRecord } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { trained, trainerRun } from './trainerRuns.js';

const spec = {
  version: 1,
  role: 'teacher',
  name: 'teacher',
  seed: 0,
  data: { dataset: 'mnist', limit: { train: 128, test: 50 } },
  model: { kind: 'mlp', hidden: [8] },
  train: { epochs: 1, batchSize: 32 },
  distill: null,
  teachers: [],
};

describe('the engine of a run', () => {
  it('is the record’s until another is named, and what is named stays', async (t) => {
    const folder = await trainerRun(await temporaryFolder(t), spec);
    const record = await readRecord(folder);
    assert.equal(await engineOf(folder, record), 'onnx/cpu');
    await overrideEngine(folder, 'onnx/webgpu');
    assert.equal(await engineOf(folder, record), 'onnx/webgpu');
    await writeFile(folder.engine, 'abacus\n');
    await assert.rejects(engineOf(folder, record), /`abacus`, which is not known/);
  });

  it(
    'fails a run where it has no driver, and another goes on with it',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const folder = await trainerRun(await temporaryFolder(t), spec);
      await overrideEngine(folder, 'onnx/webgpu');
      process.env.VK_ICD_FILENAMES = '/there/is/no/driver.json';
      t.after(() => delete process.env.VK_ICD_FILENAMES);
      assert.equal((await trained(folder)).code, 1);
      const failed = await readRun(folder);
      assert.ok(failed.kind === 'run');
      assert.equal(failed.state.state, 'failed');
      assert.equal(failed.state.problem?.code, 'no-device');
      await overrideEngine(folder, 'onnx/cpu');
      assert.equal((await trained(folder)).code, 0);
      const finished = await readRun(folder);
      assert.ok(finished.kind === 'run');
      assert.equal(finished.state.state, 'finished');
      assert.equal(finished.state.started?.engine, 'onnx/cpu');
    },
  );
});
