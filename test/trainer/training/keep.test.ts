import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptEpochs } from '../../../src/core/spec/parts/keepSpec.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readRun, type Run } from '../../../src/run/run.js';
import { bestEpoch } from '../../../src/run/logits/thinLogits.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { smallTeacher, startTrainer, trained, trainerRun } from '../trainerRuns.js';

const spec = {
  ...smallTeacher,
  data: { dataset: 'mnist', validation: 60, limit: { train: 2048, test: 50 } },
  train: { epochs: 30, batchSize: 8 },
};
const options = { keep: { logits: 5 } } as const;

const logitsIn = (folder: RunFolder): string[] => readdirSync(join(folder.path, 'logits')).sort();

async function runOf(folder: RunFolder): Promise<Run> {
  const run = await readRun(folder);
  return run.kind === 'run' ? run : assert.fail(run.problem.message);
}

describe('a trainer that is to keep the logits of five epochs', () => {
  it('keeps first, last, best and those evenly between, also where it was killed meanwhile', async (t) => {
    const runs = await temporaryFolder(t);
    const undisturbed = await trainerRun(runs, spec, options);
    const killed = await trainerRun(runs, spec, options);
    assert.equal((await trained(undisturbed)).code, 0);
    const { history } = (await runOf(undisturbed)).state;
    const kept = keptEpochs({ last: 30, best: bestEpoch(history), most: 5 });
    const names = kept.flatMap((epoch) => [`test-${epoch}.safetensors`, `validation-${epoch}.safetensors`]).sort();
    assert.deepEqual(logitsIn(undisturbed), names);

    for (const after of [3, 11, 19]) {
      const trainer = startTrainer(killed);
      while (trainer.exitCode === null && (await runOf(killed)).state.epoch < after) await sleep(5);
      const closed = once(trainer, 'close');
      trainer.kill('SIGKILL');
      await closed;
    }
    assert.equal((await trained(killed)).code, 0);
    assert.deepEqual(logitsIn(killed), names);
    for (const name of names) {
      const bytesOf = ({ path }: RunFolder): Buffer => readFileSync(join(path, 'logits', name));
      assert.ok(bytesOf(killed).equals(bytesOf(undisturbed)), name);
    }
  });
});
