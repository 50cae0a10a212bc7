import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tensorflowForTests } from '../../../scripts/editor/tensorflowForTests.js';
import { ProblemError } from '../../../src/core/problem.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readLog } from '../../../src/run/log/logTail.js';
import { readRun } from '../../../src/run/run.js';
import { StepColumns } from '../../../src/run/log/steps.js';
import {
  tensorflowVariables,
  userTensorflowFolder,
  workspaceEnvironment,
} from '../../../src/machine/packages/tensorflowPlaces.js';
import type { Engine, Program } from '../../../src/trainer/engines/engine.js';
import { lowerings } from '../../../src/trainer/engines/onnx/lowerings/lowerings.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { tensorflowEngine } from '../../../src/trainer/engines/tensorflow.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { stepCase } from '../training/stepCases.js';
import { residualSteps } from './residualSteps.js';
import { trained, trainerRun } from '../trainerRuns.js';
import { assertClose, assertSameLosses, eagerOracle, numbers, outcome, trajectory } from './sideBySide.js';

const { folder, missing } = tensorflowForTests();
const chosen = (path: string) => ({ name: 'the folder', folder: path, above: false, isTrusted: true });

describe('the engine tensorflow', { skip: missing }, () => {
  let loaded: Engine;
  before(async () => {
    loaded = await tensorflowEngine([chosen(folder ?? '')], {
      note: (text) => assert.ifError(text),
    });
  });
  /** An eager engine runs on the backend that is set. */
  const tensorflow = async (): Promise<Engine> => {
    await tf.setBackend('tensorflow');
    return loaded;
  };

  it('has an operation for every one that programs may use', () => {
    const known = new Set(tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName));
    assert.deepEqual(
      Object.keys(lowerings).filter((name) => !known.has(name)),
      [],
    );
  });

  // tfjs-node itself refuses paddings in numbers, and TensorFlow's own pad unevenly where the stride is 2.
  it('pads as asked for, in convolutions, pooling and their gradients', async () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const convolution = fc.record({
      height: size(9),
      width: size(9),
      // With a padding in numbers tfjs counts outputs as if kernels were square.
      kernel: size(4),
      stride: size(3),
      pad: fc.integer({ min: 0, max: 2 }),
      pools: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(convolution, async ({ height, width, kernel, stride, pad, pools, seed }) => {
        fc.pre(Math.min(height, width) + 2 * pad >= kernel);
        // A window of padding alone has no largest value.
        fc.pre(!pools || pad < kernel);
        const xShape: [number, number, number, number] = [2, height, width, 3];
        const filterShape: [number, number, number, number] = [kernel, kernel, 3, 2];
        const program: Program = {
          name: 'padded',
          inputs: { x: { shape: xShape, dtype: 'float32' }, filter: { shape: filterShape, dtype: 'float32' } },
          run: (_, { x, filter }) => {
            assert.ok(x !== undefined && filter !== undefined);
            const layer = (pictures: tf.Tensor, weights: tf.Tensor): tf.Scalar => {
              const y = pools
                ? tf.maxPool(tf.reshape<tf.Rank.R4>(pictures, xShape), kernel, stride, pad)
                : tf.conv2d(
                    tf.reshape<tf.Rank.R4>(pictures, xShape),
                    tf.reshape<tf.Rank.R4>(weights, filterShape),
                    stride,
                    pad,
                  );
              return tf.add(tf.sum(tf.mul(y, y)), tf.mul(tf.sum(weights), 0));
            };
            const { value, grads } = tf.valueAndGrads(layer)([x, filter]);
            const [dx, dfilter] = grads;
            assert.ok(dx !== undefined && dfilter !== undefined);
            return { outputs: { value, dx, dfilter }, updates: {} };
          },
        };
        const random = numbers(seed);
        const drawn = (shape: readonly number[]): Float32Array =>
          Float32Array.from({ length: shape.reduce((product, each) => product * each, 1) }, random);
        const run = { initial: {}, calls: [{ x: drawn(xShape), filter: drawn(filterShape) }] };
        const expected = await outcome(await eagerOracle(), program, run);
        const found = await outcome(await tensorflow(), program, run);
        assertClose(found.outputs[0] ?? {}, expected.outputs[0] ?? {}, 1e-5, 'padded', 1);
      }),
      { numRuns: 80 },
    );
  });

  const steps = 20;
  const models = {
    'an mlp with dropout': {
      spec: { kind: 'mlp', hidden: [64, 32], dropout: 0.2 },
      learningRate: 0.02,
    },
    'a convnet': {
      spec: { kind: 'convnet', channels: [8, 16], hidden: [32] },
      learningRate: 0.02,
    },
    'a vision transformer of two blocks': {
      spec: { kind: 'vit', variant: 'ti16', layers: 2, patch: 8, input: { size: 32 } },
      learningRate: 0.02,
    },
  };
  for (const [name, { spec, learningRate }] of Object.entries(models)) {
    it(`has the gradients of onnx/cpu, and its losses in the first ${steps} steps: ${name}`, async () => {
      const { program, run } = stepCase(
        {
          model: modelSchema.parse(spec),
          optimizer: { kind: 'sgd', learningRate, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
          maxNorm: null,
          distill: null,
          batchSize: 8,
          picture: { height: 32, width: 32, channels: 3, classes: 10 },
          learningRate,
        },
        { seed: 3, steps },
      );
      const found = await trajectory(await tensorflow(), program, run);
      const onnx = new OnnxEngine({ threads: 1 });
      const expected = await trajectory(onnx, program, run);
      await onnx.dispose();
      assertClose(found.first, expected.first, 2e-5, 'after one step', 1e-3);
      assert.equal(found.losses.length, steps);
      assertSameLosses(found.losses, expected.losses);
    });
  }

  it(`has the gradients of onnx/cpu, and PyTorch’s losses in the first ${steps} steps: resnet20`, async () => {
    const { program, run, losses } = residualSteps();
    const onnx = new OnnxEngine({ threads: 1 });
    const expected = await trajectory(onnx, program, run);
    await onnx.dispose();
    const found = await trajectory(await tensorflow(), program, run);
    assertClose(found.first, expected.first, 2e-5, 'after one step', 1e-3);
    assertSameLosses(found.losses, losses);
  });

  it('leaves no tensors behind', async () => {
    const { program, run } = stepCase(
      {
        model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }),
        optimizer: { kind: 'sgd', learningRate: 0.02, momentum: 0.9, nesterov: false, weightDecay: 0 },
        maxNorm: null,
        distill: null,
        batchSize: 2,
        picture: { height: 16, width: 16, channels: 3, classes: 4 },
        learningRate: 0.02,
      },
      { seed: 3, steps: 3 },
    );
    const engine = await tensorflow();
    const { numTensors, numBytes } = tf.memory();
    await outcome(engine, program, run);
    assert.deepEqual({ numTensors: tf.memory().numTensors, numBytes: tf.memory().numBytes }, { numTensors, numBytes });
  });

  it('says how much memory was asked for when there is no more', async () => {
    const program: Program = {
      name: 'large',
      inputs: {},
      // More than any processor can address.
      run: () => ({ outputs: { sum: tf.sum(tf.fill([1_000_000, 1_000_000, 100], 1)) }, updates: {} }),
    };
    const engine = await tensorflow();
    await assert.rejects(
      outcome(engine, program, { initial: {}, calls: [{}] }),
      (error) =>
        error instanceof ProblemError &&
        error.problem.code === 'out-of-memory' &&
        error.problem.message.includes('shape[1000000,1000000,100]') &&
        (error.problem.fix ?? '').includes('batchSize'),
    );
  });

  for (const model of [
    { kind: 'mlp', hidden: [100, 50], dropout: 0.2 },
    { kind: 'convnet', channels: [8, 16], hidden: [32] },
  ]) {
    it(`trains an experiment, with the losses of onnx/cpu: ${model.kind}`, async (t) => {
      const runs = await temporaryFolder(t);
      const spec = {
        version: 1,
        role: 'baseline',
        name: model.kind,
        seed: 0,
        data: { dataset: 'mnist', limit: { train: 1280, test: 200 } },
        model,
        train: { epochs: 1, batchSize: 64, optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } },
        distill: null,
        teachers: [],
      };
      const onTensorflow = await trainerRun(join(runs, 'tensorflow'), spec, { engine: 'tensorflow' });
      const onOnnx = await trainerRun(join(runs, 'onnx'), spec);
      const { code, output } = await trained(onTensorflow, { [tensorflowVariables.chosen]: folder ?? '' });
      assert.equal(code, 0, output);
      assert.equal((await trained(onOnnx)).code, 0);
      const { engine, losses } = await learned(onTensorflow);
      assert.match(engine, /^tensorflow\/(cpu|gpu)$/);
      assert.equal(losses.length, steps);
      assertSameLosses(losses, (await learned(onOnnx)).losses);
    });
  }
});

// An explicit choice that cannot be had must be an error that says where it was looked for.
describe('an experiment for tensorflow where it is not there', () => {
  const spec = {
    version: 1,
    role: 'baseline',
    name: 'baseline',
    seed: 0,
    data: { dataset: 'mnist', limit: { train: 100, test: 100 } },
    model: { kind: 'mlp', hidden: [10] },
    train: { epochs: 1 },
    distill: null,
    teachers: [],
  };
  const nowhere = { [tensorflowVariables.chosen]: '', [tensorflowVariables.installed]: '' };

  it('fails, and names each place', async (t) => {
    const home = await temporaryFolder(t);
    const run = await trainerRun(join(home, 'runs'), spec, { engine: 'tensorflow' });
    const storage = join(home, 'storage');
    const environment = { ...nowhere, [tensorflowVariables.installed]: storage, XDG_DATA_HOME: home };
    const { code } = await trained(run, environment);
    assert.equal(code, 1);
    const { problem } = await learned(run);
    assert.equal(problem?.code, 'no-engine');
    for (const place of [storage, userTensorflowFolder(environment)]) {
      assert.ok(problem.message.includes(`(${place}): not there`), `${problem.message} names ${place}`);
    }
    assert.match(problem.fix ?? '', /Install TensorFlow Engine.*distillery engines install tensorflow/);
  });

  it('fails, and says why the one of a place does not load', async (t) => {
    const home = await temporaryFolder(t);
    const broken = join(home, 'node_modules', '@tensorflow', 'tfjs-node');
    await mkdir(broken, { recursive: true });
    await writeFile(join(broken, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
    await writeFile(join(broken, 'index.js'), 'throw new Error("libtensorflow.so.2: cannot open shared object file");');
    const run = await trainerRun(join(home, '.distillery', 'runs'), spec, { engine: 'tensorflow' });
    const environment = workspaceEnvironment({ trusted: [broken], untrusted: [] });
    await trained(run, { ...nowhere, ...environment, XDG_DATA_HOME: home });
    const { problem } = await learned(run);
    assert.match(problem?.message ?? '', /@tensorflow\/tfjs-node does not load: libtensorflow\.so\.2: cannot open/);
  });

  it('fails where the chosen folder has none, though another place has', async (t) => {
    const home = await temporaryFolder(t);
    const run = await trainerRun(join(home, 'runs'), spec, { engine: 'tensorflow' });
    const empty = join(home, 'empty');
    await trained(run, {
      ...nowhere,
      [tensorflowVariables.chosen]: empty,
      ...(folder === null ? {} : { [tensorflowVariables.installed]: folder }),
    });
    const { problem } = await learned(run);
    assert.equal(problem?.code, 'no-engine');
    assert.ok(problem.message.includes(empty));
  });
});

async function learned(run: RunFolder) {
  const read = await readRun(run);
  assert.ok(read.kind === 'run');
  const columns = new StepColumns();
  for (const entry of (await readLog(run.log)).entries) columns.advance(entry);
  const { started, problem } = read.state;
  return { engine: started?.engine ?? '', problem, losses: [...columns.column('loss')] };
}
