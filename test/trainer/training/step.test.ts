import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isStandardized } from '../../../src/core/losses/standardize.js';
import {
  distillSchema,
  modelSchema,
  type DistillSpec,
  type ModelSpec,
  type OptimizerSpec,
} from '../../../src/core/spec/spec.js';
import type { Engine } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { assertTracedEqualsEager, eagerOracle, outcome } from '../engines/sideBySide.js';
import { stepCase, type StepCase } from './stepCases.js';

const models: Record<string, ModelSpec> = {
  'an mlp': modelSchema.parse({ kind: 'mlp', hidden: [7, 5] }),
  'an mlp with dropout': modelSchema.parse({ kind: 'mlp', hidden: [7, 5], dropout: 0.5, inputDropout: 0.2 }),
  'a convnet with dropout': modelSchema.parse({ kind: 'convnet', channels: [3, 4], hidden: [6], dropout: 0.25 }),
};

const sgd = { kind: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 } as const;
// A gradient of nothing but rounding errors would be scaled up to a full step by a smaller epsilon.
const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 0.001, weightDecay: 0 } as const;

const optimizers: Record<string, { optimizer: OptimizerSpec; maxNorm: number | null }> = {
  'plain SGD': { optimizer: sgd, maxNorm: null },
  'SGD with weight decay': { optimizer: { ...sgd, weightDecay: 0.01 }, maxNorm: null },
  'SGD with bounded weights': { optimizer: sgd, maxNorm: 0.5 },
  momentum: { optimizer: { ...sgd, momentum: 0.9 }, maxNorm: null },
  'momentum with weight decay and bounded weights': {
    optimizer: { ...sgd, momentum: 0.9, weightDecay: 0.01 },
    maxNorm: 0.5,
  },
  'Nesterov momentum': { optimizer: { ...sgd, momentum: 0.9, nesterov: true }, maxNorm: null },
  'Nesterov momentum with weight decay': {
    optimizer: { ...sgd, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    maxNorm: null,
  },
  Adam: { optimizer: { ...adam, kind: 'adam' }, maxNorm: null },
  'Adam with weight decay': { optimizer: { ...adam, kind: 'adam', weightDecay: 0.01 }, maxNorm: null },
  AdamW: { optimizer: { ...adam, kind: 'adamw', weightDecay: 0.01 }, maxNorm: null },
};

const hinton: DistillSpec = distillSchema.parse({ loss: 'hinton', temperature: 4 });

const objectives: Record<string, StepCase['distill']> = {
  'hard labels': null,
  'a stored teacher': { spec: hinton, source: 'stored', teachers: 1 },
  'two live teachers, probabilities averaged': { spec: hinton, source: 'live', teachers: 2 },
  'two live teachers, logits averaged': { spec: { ...hinton, ensemble: 'logits' }, source: 'live', teachers: 2 },
  'the snippet’s loss': { spec: distillSchema.parse({ loss: 'snippet' }), source: 'stored', teachers: 1 },
  'a rising weight and a falling temperature': {
    spec: { ...hinton, warmup: 2, temperatureEnd: 1 },
    source: 'stored',
    teachers: 1,
  },
  'decoupled, of standardized logits': {
    spec: distillSchema.parse({ loss: 'dkd', standardize: true, warmup: 2 }),
    source: 'live',
    teachers: 2,
  },
};

const picture = { height: 6, width: 5, channels: 2, classes: 4 };
const cases = Object.entries(models).flatMap(([model, modelSpec]) =>
  Object.entries(optimizers).flatMap(([optimizer, { optimizer: optimizerSpec, maxNorm }]) =>
    Object.entries(objectives).map(([objective, distill]) => ({
      name: { model, optimizer, objective },
      value: {
        model: modelSpec,
        optimizer: optimizerSpec,
        maxNorm,
        distill,
        batchSize: 5,
        picture,
        learningRate: optimizerSpec.learningRate,
      } satisfies StepCase,
    })),
  ),
);

/** Of the largest value of each tensor. */
const tolerance = 1e-5;

describe('three training steps come out traced as they do eagerly', () => {
  for (const { name, value } of cases) {
    it(`${name.model}, ${name.optimizer}, ${name.objective}`, async () => {
      const { program, run } = stepCase(value, { seed: 7, steps: 3 });
      await assertTracedEqualsEager(program, run, tolerance);
    });
  }

  it('with DIST, as near as its divisions by small deviations let them', async () => {
    const { program, run } = stepCase(
      {
        model: modelSchema.parse({ kind: 'mlp', hidden: [7] }),
        optimizer: { ...sgd, momentum: 0 },
        maxNorm: null,
        distill: { spec: distillSchema.parse({ loss: 'dist', warmup: 1 }), source: 'stored', teachers: 1 },
        batchSize: 5,
        picture,
        learningRate: 0.01,
      },
      { seed: 7, steps: 3 },
    );
    await assertTracedEqualsEager(program, run, 2e-4);
  });

  for (const { title, spec, side, batchSize } of [
    { title: 'a residual network', spec: { kind: 'cifar-resnet', variant: 'resnet20' }, side: 8, batchSize: 4 },
    {
      title: 'a residual network whose batch fills blocks of channels',
      spec: { kind: 'cifar-resnet', variant: 'resnet20' },
      side: 8,
      batchSize: 16,
    },
    {
      title: 'a vision transformer',
      spec: { kind: 'vit', variant: 'ti16', layers: 2, patch: 4, input: { size: null } },
      side: 8,
      batchSize: 4,
    },
  ]) {
    it(`with many layers, two steps: ${title}`, async () => {
      const { program, run } = stepCase(
        {
          model: modelSchema.parse(spec),
          optimizer: { ...sgd, learningRate: 0.01 },
          maxNorm: null,
          distill: null,
          batchSize,
          picture: { height: side, width: side, channels: 3, classes: 4 },
          learningRate: 0.01,
        },
        { seed: 7, steps: 2 },
      );
      await assertTracedEqualsEager(program, run, 1e-3, 1e-3);
    });
  }

  it('whatever the sizes of picture, batch, layers and classes', async () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const shapes = fc.record({
      height: fc.integer({ min: 4, max: 7 }),
      width: fc.integer({ min: 4, max: 7 }),
      channels: size(3),
      classes: fc.integer({ min: 2, max: 5 }),
    });
    const model = fc.oneof(
      fc.record({
        kind: fc.constant('mlp' as const),
        hidden: fc.array(size(8), { maxLength: 3 }),
        dropout: fc.constantFrom(0, 0.5),
        inputDropout: fc.constantFrom(0, 0.2),
      }),
      fc.record({
        kind: fc.constant('convnet' as const),
        channels: fc.array(size(4), { minLength: 1, maxLength: 2 }),
        hidden: fc.array(size(8), { maxLength: 2 }),
        dropout: fc.constantFrom(0, 0.5),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        shapes,
        model,
        size(6),
        fc.constantFrom(...Object.values(optimizers)),
        fc.constantFrom(...Object.values(objectives)),
        fc.nat(),
        async (picture, model, batchSize, { optimizer, maxNorm }, distill, seed) => {
          // Two logits of deviation 1 are ±√½, whatever they were: their gradient is 0, and rounding over their deviation.
          const standardized = distill !== null && isStandardized(distill.spec);
          fc.pre(picture.classes > 2 || !standardized);
          const { learningRate } = optimizer;
          const { program, run } = stepCase(
            { model: modelSchema.parse(model), optimizer, maxNorm, distill, batchSize, picture, learningRate },
            { seed, steps: 3 },
          );
          // As DIST's, its divisions by small deviations magnify what steps round: in the worst of 3,000 cases PyTorch's
          // own float32 ends 7.5e-5 from its float64, and traced training 8.7e-5.
          await assertTracedEqualsEager(program, run, standardized ? 1e-3 : tolerance, 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a training step leaves no tensors behind', () => {
  const engines: Record<string, () => Promise<Engine>> = {
    'run eagerly': eagerOracle,
    traced: () => Promise.resolve(new OnnxEngine({ threads: 1 })),
  };
  for (const [how, engine] of Object.entries(engines)) {
    it(`when ${how}`, async () => {
      await eagerOracle();
      const before = tf.memory();
      for (const { value } of cases.filter(
        ({ name }) => name.optimizer === 'Adam' || name.objective === 'hard labels',
      )) {
        const { program, run } = stepCase(value, { seed: 7, steps: 2 });
        await outcome(await engine(), program, run);
      }
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      assert.deepEqual(
        { numTensors, numBytes, numDataBuffers },
        { numTensors: before.numTensors, numBytes: before.numBytes, numDataBuffers: before.numDataBuffers },
      );
    });
  }
});
