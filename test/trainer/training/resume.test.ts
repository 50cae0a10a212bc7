import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestStop, clearStop } from '../../../src/run/stop.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readRun } from '../../../src/run/run.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { numbers } from '../engines/sideBySide.js';
import { runResults } from '../runResults.js';
import { hashOf, startTrainer, trained, trainerRun } from '../trainerRuns.js';
import { runSpecSchema } from '../../../src/core/spec/spec.js';
import { withRun } from '../../../src/run/openedRun.js';

const data = { dataset: 'mnist', limit: { train: 3000, test: 300 } } as const;

const teacherSpec = {
  version: 1,
  role: 'teacher',
  name: 'teacher',
  seed: 0,
  data,
  model: { kind: 'mlp', hidden: [128, 128], dropout: 0.5, inputDropout: 0.2 },
  train: {
    epochs: 50,
    batchSize: 32,
    optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
    schedule: { kind: 'cosine', warmup: 1.5 },
    augment: { translate: 2 },
    maxNorm: 3,
  },
  distill: null,
  teachers: [],
} as const;

const studentSpec = {
  ...teacherSpec,
  role: 'student',
  name: 'student',
  model: { kind: 'convnet', channels: [4, 8], hidden: [32], dropout: 0.25 },
  train: { epochs: 8, batchSize: 32, optimizer: { kind: 'adam', learningRate: 0.001 } },
  distill: { loss: 'hinton', temperature: 4, alpha: 0.9 },
  teachers: [hashOf(runSpecSchema.parse(teacherSpec))],
} as const;

/**
 * Kills the trainer at a random moment of its life, again and again, and lets the last one finish. Where this process was
 * kept waiting for so long that a trainer has finished meanwhile, it was killed less often, but half as often at least.
 */
async function killedAgainAndAgain(folder: RunFolder, { kills, seed }: { kills: number; seed: number }): Promise<void> {
  const next = numbers(seed);
  let killed = 0;
  for (let kill = 0; kill < kills; kill++) {
    const trainer = startTrainer(folder);
    // Every fifth dies while it starts, the others soon after they have begun to write.
    const size = await sizeOf(folder.log);
    const starting = kill % 5 === 4;
    while (!starting && trainer.exitCode === null && (await sizeOf(folder.log)) === size) await sleep(5);
    await sleep((next() + 0.5) * (starting ? 400 : 350));
    if (trainer.exitCode !== null) {
      assert.equal(trainer.exitCode, 0);
      break;
    }
    const closed = once(trainer, 'close');
    trainer.kill('SIGKILL');
    await closed;
    killed++;
  }
  assert.ok(killed >= kills / 2, `killed ${killed} times: the run is too short`);
  const last = await trained(folder);
  assert.equal(last.code, 0, last.output);
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** The last step in the log. */
async function stepOf(folder: RunFolder): Promise<number> {
  const run = await readRun(folder);
  assert.ok(run.kind === 'run');
  return run.state.step;
}

describe('a trainer that is killed with SIGKILL at random moments and resumed', () => {
  it('ends with the weights, the log and the logits of an undisturbed run, to the bit', async (test) => {
    const runs = await temporaryFolder(test);
    const options = { checkpointSeconds: 0.05 };
    const teachers = [
      await trainerRun(runs, teacherSpec, options),
      await trainerRun(runs, teacherSpec, options),
    ] as const;
    const [undisturbed, killed] = teachers;
    assert.equal((await trained(undisturbed)).code, 0);
    await killedAgainAndAgain(killed, { kills: 12, seed: 1 });
    assert.deepEqual(await runResults(killed), await runResults(undisturbed));

    const students = [
      await trainerRun(runs, studentSpec, { ...options, teachers: [undisturbed] }),
      await trainerRun(runs, studentSpec, { ...options, teachers: [undisturbed] }),
    ] as const;
    assert.equal((await trained(students[0])).code, 0);
    await killedAgainAndAgain(students[1], { kills: 10, seed: 2 });
    assert.deepEqual(await runResults(students[1]), await runResults(students[0]));
    const logits = 'logits/test-8.safetensors';
    assert.deepEqual(await readFile(`${students[1].path}/${logits}`), await readFile(`${students[0].path}/${logits}`));
  });
});

describe('a trainer that is asked to stop', () => {
  it('saves, says so, and goes on from there when it is resumed', async (test) => {
    const runs = await temporaryFolder(test);
    const folder = await trainerRun(runs, teacherSpec);
    const trainer = startTrainer(folder);
    const closed = once(trainer, 'close');
    while (trainer.exitCode === null && (await stepOf(folder)) === 0) await sleep(20);
    await withRun(folder, requestStop);
    await closed;
    assert.equal(trainer.exitCode, 0);
    const stopped = await readRun(folder);
    assert.ok(stopped.kind === 'run');
    assert.equal(stopped.state.state, 'stopped');
    assert.ok(stopped.state.step > 0);
    assert.equal(stopped.state.checkpointStep, stopped.state.step);
    await withRun(folder, clearStop);
    assert.equal((await trained(folder)).code, 0);
    await runResults(folder);
  });
});
