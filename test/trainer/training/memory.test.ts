import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { stepCase, type StepCase } from './stepCases.js';
import { trainerRun } from '../trainerRuns.js';

const epochs = 100;
const stepsPerEpoch = 100;
const batchSize = 16;

/**
 * Garbage is collected twice a second: V8 would let tens of megabytes of it lie before it looks, and what is measured
 * here is what the trainer holds on to.
 */
const collecting = [
  '--expose-gc',
  '--import',
  `data:text/javascript,${encodeURIComponent('setInterval(globalThis.gc, 500).unref()')}`,
];

/**
 * Bytes that resident memory may grow by between the middle fifth of 10,000 steps and the last: the C library keeps
 * some of what the threads that write files have freed. One batch of pictures kept each step would come to 50 MB.
 */
const bound = 10 * 1024 * 1024;

describe('the memory of the trainer', () => {
  const skip = process.platform === 'linux' ? false : 'resident memory is read from /proc';
  it('is flat over 10,000 steps', { skip }, async (test) => {
    const folder = await trainerRun(await temporaryFolder(test), {
      version: 1,
      role: 'baseline',
      name: 'baseline',
      seed: 0,
      data: { dataset: 'mnist', limit: { train: batchSize * stepsPerEpoch, test: 100 } },
      model: { kind: 'mlp', hidden: [16], dropout: 0.5 },
      train: { epochs, batchSize },
      distill: null,
      teachers: [],
    });
    const trainer = spawn(process.execPath, [...collecting, 'dist/trainer.js', folder.path], {
      stdio: 'inherit',
    });
    const ended = once(trainer, 'close');
    const samples: { epoch: number; bytes: number }[] = [];
    while (trainer.exitCode === null && trainer.signalCode === null) {
      const epoch = (await readdir(join(folder.path, 'logits')).catch(() => [])).length;
      const bytes = await residentBytes(trainer.pid);
      if (bytes !== null) samples.push({ epoch, bytes });
      await sleep(20);
    }
    await ended;
    assert.equal(trainer.exitCode, 0, 'the trainer finished');
    const during = ([from, to]: readonly [number, number]): number =>
      median(samples.filter(({ epoch }) => epoch >= from && epoch < to).map(({ bytes }) => bytes));
    const early = during([0.4 * epochs, 0.6 * epochs]);
    const late = during([0.8 * epochs, epochs]);
    test.diagnostic(`resident: ${megabytes(early)} MB halfway, ${megabytes(late)} MB late`);
    assert.ok(late - early <= bound, `grew by ${megabytes(late - early)} MB, from ${megabytes(early)} MB`);
  });
});

describe('a compiled step', () => {
  it('holds on to nothing from call to call', async () => {
    const { program, run } = stepCase(smallCase, { seed: 7, steps: 1 });
    const [inputs = {}] = run.calls;
    const engine = new OnnxEngine({ threads: 1 });
    const compiled = await engine.compileSteps(program, await engine.variables(run.initial), 1);
    const heldAfter = async (calls: number): Promise<number> => {
      for (let call = 0; call < calls; call++) await compiled.run(inputs, 1);
      collectGarbage();
      // What native code holds is let go of in a later turn.
      await sleep(10);
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const calls = 3000;
    const held: number[] = [];
    for (let round = 0; round < 5; round++) held.push(await heldAfter(calls));
    // What is kept for good grows in every round; what V8 compiles, or has not let go of yet, in one or the other.
    const perCall = Math.min(...held.slice(1).map((bytes, round) => (bytes - (held[round] ?? NaN)) / calls));
    assert.ok(perCall < 16, `every call keeps ${perCall.toFixed(1)} bytes`);
    await compiled.dispose();
  });
});

const smallCase: StepCase = {
  model: modelSchema.parse({ kind: 'mlp', hidden: [7, 5], dropout: 0.5, inputDropout: 0.2 }),
  optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 },
  maxNorm: null,
  distill: null,
  batchSize: 5,
  picture: { height: 6, width: 5, channels: 2, classes: 4 },
  learningRate: 0.1,
};

/** V8's own collection of everything. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}

/** Null when the process is gone. */
async function residentBytes(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : 1024 * Number(kilobytes);
}

function median(values: readonly number[]): number {
  assert.ok(values.length > 0, 'memory was sampled');
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);
