import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineChoice } from '../../../src/core/spec/parts/engine.js';
import { engineOf } from '../../../src/run/engineOverride.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readLog } from '../../../src/run/log/logTail.js';
import { readRun } from '../../../src/run/run.js';
import { readRecord } from '../../../src/run/runsFolder.js';
import type { RunState } from '../../../src/run/state.js';
import { StepColumns } from '../../../src/run/log/steps.js';
import { clearStop, requestStop } from '../../../src/run/stop.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { losingDriver, missingLosingDriver, missingSwiftShader, swiftShaderFile } from '../engines/swiftShader.js';
import { smallTeacher, startTrainer, trained, trainerRun } from '../trainerRuns.js';
import { withRun } from '../../../src/run/openedRun.js';
import { chooseEngine } from '../../run/opened.js';

describe('the engine of a run', () => {
  it('is the record’s until another is named, and what is named stays', async (t) => {
    const folder = await trainerRun(await temporaryFolder(t), smallTeacher);
    const record = await readRecord(folder);
    assert.equal(await engineOf(folder, record), 'onnx/cpu');
    await chooseEngine(folder, 'onnx/webgpu');
    assert.equal(await engineOf(folder, record), 'onnx/webgpu');
    await writeFile(folder.engine, 'abacus\n');
    await assert.rejects(engineOf(folder, record), /`abacus`, which is not known/);
  });

  it(
    'fails a run where it has no driver, and another goes on with it',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const folder = await trainerRun(await temporaryFolder(t), smallTeacher);
      await chooseEngine(folder, 'onnx/webgpu');
      process.env.VK_ICD_FILENAMES = '/there/is/no/driver.json';
      t.after(() => delete process.env.VK_ICD_FILENAMES);
      assert.equal((await trained(folder)).code, 1);
      const failed = await readRun(folder);
      assert.ok(failed.kind === 'run');
      assert.equal(failed.state.state, 'failed');
      assert.equal(failed.state.problem?.code, 'no-device');
      await chooseEngine(folder, 'onnx/cpu');
      assert.equal((await trained(folder)).code, 0);
      const finished = await readRun(folder);
      assert.ok(finished.kind === 'run');
      assert.equal(finished.state.state, 'finished');
      assert.equal(finished.state.started?.engine, 'onnx/cpu');
    },
  );

  it('may change in the middle of training: each goes on from the step where the one before stopped', async (t) => {
    const icd = swiftShaderFile();
    if (icd === null) t.diagnostic(`NOT TESTED: a run that begins on onnx/webgpu, for ${missingSwiftShader}.`);
    // So many that no trainer has ended before it is asked to stop.
    const epochs = 160;
    const steps = epochs * 93;
    const folder = await trainerRun(await temporaryFolder(t), {
      ...smallTeacher,
      data: { dataset: 'mnist', limit: { train: 3000, test: 50 } },
      train: { epochs, batchSize: 32, optimizer: { kind: 'sgd', learningRate: 0.05 } },
    });
    const legs: EngineChoice[] = [...(icd === null ? [] : (['onnx/webgpu'] as const)), 'cpu', 'onnx/cpu'];
    let before = 0;
    for (const engine of legs.slice(0, -1)) {
      await chooseEngine(folder, engine);
      const stopped = await stoppedAfterSomeSteps(folder, { before, icd });
      assert.equal(stopped.state, 'stopped');
      assert.equal(stopped.started?.resumedFrom, before);
      assert.equal(stopped.checkpointStep, stopped.step);
      assert.ok(stopped.step > before && stopped.step < steps, `stopped at ${stopped.step}`);
      before = stopped.step;
    }
    await chooseEngine(folder, 'onnx/cpu');
    const { code, output } = await trained(folder);
    assert.equal(code, 0, output);
    const finished = await stateOf(folder);
    assert.equal(finished.state, 'finished');
    assert.equal(finished.started?.resumedFrom, before);
    const { entries } = await readLog(folder.log);
    const engines = entries.flatMap((entry) => (entry.type === 'started' ? [entry.engine] : []));
    assert.deepEqual(engines, [...(icd === null ? [] : ['onnx/webgpu']), 'tfjs/cpu', 'onnx/cpu']);
    const columns = new StepColumns();
    for (const entry of entries) columns.advance(entry);
    assert.equal(columns.length, steps, 'every step is in the log once');
    const losses = columns.column('loss');
    const mean = (from: number, to: number): number => losses.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
    assert.ok(mean(before, before + 20) < mean(0, 20), 'what was learned before is not lost');
    assert.ok(mean(steps - 93, steps) < 0.5, 'and learning goes on');
  });

  const missing = missingLosingDriver();
  if (missing !== null)
    process.stdout.write(`NOT TESTED: a card that is lost in the middle of training, for ${missing}.\n`);
  it(
    'fails a run whose card is lost in the middle, and another goes on from its checkpoint',
    { skip: missing !== null },
    async (t) => {
      const home = await temporaryFolder(t);
      const folder = await trainerRun(
        join(home, 'runs'),
        {
          ...smallTeacher,
          data: { dataset: 'mnist', limit: { train: 640, test: 50 } },
          train: { epochs: 100, batchSize: 32 },
        },
        { engine: 'onnx/webgpu', checkpointSeconds: 1 },
      );
      const sign = join(home, 'lost');
      const trainer = startTrainer(folder, losingDriver(home, sign));
      const closed = once(trainer, 'close');
      while (trainer.exitCode === null && ((await stateOf(folder)).checkpointStep ?? 0) === 0) await sleep(50);
      await writeFile(sign, '');
      await closed;
      const failed = await stateOf(folder);
      assert.equal(failed.state, 'failed');
      assert.equal(failed.problem?.code, 'device-lost', failed.problem?.message);
      assert.match(failed.problem.fix ?? '', /checkpoint is intact.*--engine onnx\/cpu/);
      const { checkpointStep } = failed;
      assert.ok(checkpointStep !== null && checkpointStep > 0 && checkpointStep < 2000, `stored at ${checkpointStep}`);
      await chooseEngine(folder, 'onnx/cpu');
      assert.equal((await trained(folder)).code, 0);
      const finished = await stateOf(folder);
      assert.equal(finished.state, 'finished');
      assert.equal(finished.started?.engine, 'onnx/cpu');
      assert.equal(finished.started.resumedFrom, checkpointStep);
      assert.equal(finished.step, 2000);
    },
  );
});

async function stateOf(folder: RunFolder): Promise<RunState> {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run');
  return run.state;
}

/** Trains until there are steps beyond those from before, and asks it to stop there. */
async function stoppedAfterSomeSteps(
  folder: RunFolder,
  { before, icd }: { before: number; icd: string | null },
): Promise<RunState> {
  await withRun(folder, clearStop);
  const trainer = startTrainer(folder, icd === null ? {} : { VK_ICD_FILENAMES: icd });
  const closed = once(trainer, 'close');
  while (trainer.exitCode === null && (await stateOf(folder)).step <= before) await sleep(20);
  await withRun(folder, requestStop);
  await closed;
  await withRun(folder, clearStop);
  return stateOf(folder);
}
