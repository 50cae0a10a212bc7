import assert from 'node:assert/strict';
import type { RunFolder } from '../../src/run/folder.js';
import { readLog } from '../../src/run/log/logTail.js';
import { readRun } from '../../src/run/run.js';
import { readSafetensors } from '../../src/node/safetensors/safetensors.js';
import { StepColumns } from '../../src/run/log/steps.js';

/** Everything a finished run leaves that must not depend on what happened to its processes. */
export async function runResults(folder: RunFolder) {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run');
  assert.equal(run.state.state, 'finished');
  assert.deepEqual(
    run.state.history.map(({ epoch }) => epoch),
    Array.from({ length: run.state.epochs }, (_, index) => index + 1),
    'no epoch is missing and none is there twice',
  );
  const steps = new StepColumns();
  for (const entry of (await readLog(folder.log)).entries) steps.advance(entry);
  assert.equal(steps.length, run.state.steps, 'every step is in the log');
  const { tensors } = await readSafetensors(folder.checkpoint);
  return {
    weights: Object.fromEntries(Object.entries(tensors).map(([name, { data: values }]) => [name, values])),
    loss: steps.column('loss').slice(),
    learningRate: steps.column('learningRate').slice(),
    history: run.state.history.map(({ epoch, step, train, test, logits }) => ({ epoch, step, train, test, logits })),
  };
}
