import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { modelSchema, type ModelSpec } from '../../../src/core/spec/spec.js';
import type { PictureShape } from '../../../src/trainer/models/model.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { threadsFor, threadsWords } from '../../../src/trainer/threads.js';
import { readLog } from '../../../src/run/log/logTail.js';
import { clearStop, requestStop } from '../../../src/run/stop.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { stepCase } from '../training/stepCases.js';
import { smallTeacher, trained, trainerRun } from '../trainerRuns.js';
import { outcome } from './sideBySide.js';
import { withRun } from '../../../src/run/openedRun.js';

const grey: PictureShape = { height: 28, width: 28, channels: 1, classes: 10 };
const coloured: PictureShape = { height: 32, width: 32, channels: 3, classes: 10 };

/** Networks whose steps have every kind of product, sum and convolution that ONNX Runtime divides among threads. */
const networks: Record<string, { model: ModelSpec; picture: PictureShape; batchSize: number }> = {
  'an mlp with dropout': {
    model: modelSchema.parse({ kind: 'mlp', hidden: [70, 50], dropout: 0.5 }),
    picture: grey,
    batchSize: 33,
  },
  // A batch that fills no blocks: the gradient of the second kernel is one product over 9,800 windows.
  'a convnet': {
    model: modelSchema.parse({ kind: 'convnet', channels: [12, 24], hidden: [32] }),
    picture: grey,
    batchSize: 50,
  },
  // Statistics of channels are added up in two and four blocks, fewer than threads.
  'a resnet20': {
    model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }),
    picture: coloured,
    batchSize: 16,
  },
  'a vision transformer': {
    model: modelSchema.parse({ kind: 'vit', variant: 'ti16', layers: 1, patch: 8 }),
    picture: coloured,
    batchSize: 8,
  },
};

const optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0 } as const;

describe('steps of training, and the weights after them, have the same bits with 1, 2 and 4 threads for', () => {
  for (const [name, network] of Object.entries(networks)) {
    it(name, async () => {
      const settings = { ...network, optimizer, maxNorm: null, distill: null, learningRate: 0.05 };
      const { program, run } = stepCase(settings, { seed: 7, steps: 2 });
      const alone = await outcome(new OnnxEngine({ threads: 1 }), program, run);
      for (const threads of [2, 4]) {
        assert.deepEqual(await outcome(new OnnxEngine({ threads }), program, run), alone, `${threads} threads`);
      }
    });
  }
});

describe('the number of threads of a run', () => {
  it('is one a processor, or what is asked for, and stays where there are as many processors', () => {
    assert.deepEqual(threadsFor(null, { asked: undefined, available: 6 }), { count: 6, insteadOf: null });
    assert.deepEqual(threadsFor(null, { asked: '3', available: 2 }), { count: 3, insteadOf: null });
    assert.deepEqual(threadsFor(4, { asked: undefined, available: 6 }), { count: 4, insteadOf: null });
  });

  it('is another where there are fewer processors, or one is asked for, which is said', () => {
    assert.deepEqual(threadsFor(8, { asked: '', available: 2 }), { count: 2, insteadOf: 8 });
    assert.deepEqual(threadsFor(8, { asked: '8', available: 2 }), { count: 8, insteadOf: null });
    assert.deepEqual(threadsFor(2, { asked: '1', available: 2 }), { count: 1, insteadOf: 2 });
    assert.match(
      threadsWords({ count: 2, insteadOf: 8 }),
      /begun with 8 threads and goes on with 2.*DISTILLERY_THREADS=8/,
    );
    assert.match(threadsWords({ count: 2, insteadOf: 1 }), /begun with 1 thread and/);
  });

  it('is refused where it is none', () => {
    for (const asked of ['0', '2.5', 'all', '-1', '1e9']) {
      assert.throws(() => threadsFor(null, { asked, available: 2 }), /is no number of threads/, asked);
    }
  });

  it('is written down, and taken again by the trainer that resumes', async (t) => {
    const runsDir = await temporaryFolder(t);
    const spec = { ...smallTeacher, train: { epochs: 60, batchSize: 32 } };
    const folder = await trainerRun(runsDir, spec, { checkpointSeconds: 0.01 });
    const stopping = trained(folder, { DISTILLERY_THREADS: '1' });
    while ((await readLog(folder.log)).entries.every(({ type }) => type !== 'checkpoint')) await sleep(5);
    await withRun(folder, requestStop);
    assert.equal((await stopping).code, 0);
    await withRun(folder, clearStop);
    assert.equal((await trained(folder, { DISTILLERY_THREADS: '' })).code, 0);
    const { entries } = await readLog(folder.log);
    const started = entries.filter((entry) => entry.type === 'started');
    assert.deepEqual(
      started.map(({ threads }) => threads),
      [1, 1],
    );
    assert.ok((started[1]?.resumedFrom ?? 0) > 0);
    assert.ok(entries.every((entry) => entry.type !== 'note' || !entry.text.includes('threads')));
  });
});
