import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { stepCase, type StepCase } from './stepCases.js';
import { trainerRun } from '../trainerRuns.js';

const epochs = 100;
const stepsPerEpoch = 100;
const batchSize = 16;

/**
 * What the trainer does beside training: it collects garbage twice a second, for V8 would let tens of megabytes of it lie
 * before it looks, and what is measured here is what the trainer holds on to; and it keeps its resident memory with the
 * number of epochs that are done. It measures itself, since another process may have to wait for its turn.
 */
const measuring = (logits: string, samples: string): string => `
  import { readdirSync, writeFileSync } from 'node:fs';
  const samples = [];
  const epochs = () => { try { return readdirSync(${JSON.stringify(logits)}).length; } catch { return 0; } };
  setInterval(globalThis.gc, 500).unref();
  setInterval(() => samples.push({ epoch: epochs(), bytes: process.memoryUsage.rss() }), 20).unref();
  process.on('exit', () => writeFileSync(${JSON.stringify(samples)}, JSON.stringify(samples)));`;
const samplesSchema = z.array(z.object({ epoch: z.number(), bytes: z.number() }));

/**
 * Bytes that resident memory may grow by between the middle fifth of 10,000 steps and the last: the C library keeps
 * some of what the threads that write files have freed. One batch of pictures kept each step would come to 50 MB.
 */
const bound = 10 * 1024 * 1024;

describe('the memory of the trainer', () => {
  it('is flat over 10,000 steps', async (test) => {
    const place = await temporaryFolder(test);
    const folder = await trainerRun(join(place, 'runs'), {
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
    const file = join(place, 'samples.json');
    const script = `data:text/javascript,${encodeURIComponent(measuring(join(folder.path, 'logits'), file))}`;
    const trainer = spawn(process.execPath, ['--expose-gc', '--import', script, 'dist/trainer.js', folder.path], {
      stdio: 'inherit',
    });
    await once(trainer, 'close');
    assert.equal(trainer.exitCode, 0, 'the trainer finished');
    const samples = samplesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
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

function median(values: readonly number[]): number {
  assert.ok(values.length > 0, 'memory was sampled');
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);
