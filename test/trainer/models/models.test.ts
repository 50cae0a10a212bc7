import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { ProblemError, formatProblem } from '../../../src/core/problem.js';
import { randomStream } from '../../../src/core/random.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import type { Tensors } from '../../../src/trainer/engines/engine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { logitsOf, type PictureShape } from '../../../src/trainer/models/model.js';
import { Pass } from '../../../src/trainer/models/pass.js';
import { crossEntropy } from '../../../src/trainer/distillation/objective.js';
import { eagerly, floats, tensors } from '../eager.js';
import { assertClose } from '../engines/sideBySide.js';

const named = z.record(z.string(), z.array(z.number()));
const recording = z
  .array(
    z.object({
      spec: modelSchema,
      input: z.object({ height: z.int(), width: z.int(), channels: z.int(), classes: z.int() }),
      shapes: z.record(z.string(), z.array(z.int())),
      bounds: z.record(z.string(), z.number()),
      parameters: named,
      images: z.array(z.int()),
      labels: z.array(z.int()),
      logits: z.array(z.number()),
      gradients: named,
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/models.json', 'utf8')));

const asTrained = Pass.evaluating({ buffers: {} });
const withMasks = (masks: Tensors): Pass => Pass.training({ buffers: {}, masks });

const mnist: PictureShape = { height: 28, width: 28, channels: 1, classes: 10 };

describe('createModel', () => {
  for (const { spec, input, shapes, bounds, parameters, images, labels, logits, gradients } of recording) {
    const model = createModel(spec, input);
    const title = `${JSON.stringify(spec)} on ${Object.values(input).join('×')}`;
    const shapeOf = (name: string): number[] => shapes[name] ?? [];
    const pictures = (): tf.Tensor4D =>
      tf.tensor4d(images, [labels.length, input.height, input.width, input.channels], 'int32');

    it(`names and shapes its parameters as PyTorch's state dict: ${title}`, () => {
      assert.deepEqual(
        model.parameters.map(({ name, shape }) => [name, shape]),
        Object.entries(shapes),
      );
    });

    it(`draws initial weights as wide as PyTorch does: ${title}`, () => {
      for (const { name, shape, initial } of model.parameters) {
        const bound = initial.kind === 'uniform' ? initial.bound : NaN;
        const observed = bounds[name] ?? NaN;
        // The largest of 300 draws of the parameter lies just below the bound.
        const slack = 10 / (300 * shape.reduce((product, size) => product * size, 1));
        assert.ok(observed <= bound * 1.001 && observed >= bound * (1 - slack), `${name}: ${bound}, ${observed}`);
      }
    });

    it(`computes PyTorch's logits and gradients with PyTorch's weights: ${title}`, async () => {
      const names = Object.keys(shapes);
      const found = await eagerly(() => {
        const values = tensors(parameters, shapeOf);
        const forward = (weights: readonly tf.Tensor[]): tf.Tensor2D =>
          logitsOf(
            model,
            Object.fromEntries(weights.map((weight, index) => [names[index] ?? '', weight])),
            pictures(),
            asTrained,
          );
        const weights = Object.values(values);
        const loss = (...changed: tf.Tensor[]): tf.Scalar =>
          crossEntropy(forward(changed), tf.tensor1d(labels, 'int32'));
        const slopes = tf.grads(loss)(weights);
        return {
          logits: forward(weights),
          ...Object.fromEntries(slopes.map((slope, index) => [names[index] ?? '', slope])),
        };
      });
      assertClose(found, { logits: Float32Array.from(logits), ...floats(gradients) }, 1e-5, title);
    });
  }

  it('refuses a convnet that pools its pictures away, and says how many blocks fit', () => {
    assert.throws(
      () => createModel(modelSchema.parse({ kind: 'convnet', channels: [8, 8, 8, 8, 8] }), mnist),
      (error) => {
        assert.ok(error instanceof ProblemError);
        assert.equal(
          formatProblem(error.problem),
          'model.channels: A convnet of 5 blocks halves its pictures 5 times, and nothing is left of 28×28 pixels.\n' +
            '  Give `channels` at most 4 numbers.',
        );
        return true;
      },
    );
    assert.doesNotThrow(() => createModel(modelSchema.parse({ kind: 'convnet', channels: [8, 8, 8, 8] }), mnist));
  });
});

describe('dropout', () => {
  const spec = modelSchema.parse({ kind: 'mlp', hidden: [6, 5], dropout: 0.5, inputDropout: 0.2 });
  const input: PictureShape = { height: 3, width: 2, channels: 2, classes: 3 };

  it('stands where the spec says: at the pixels, and after every hidden layer', () => {
    assert.deepEqual(createModel(spec, input).dropouts, [
      { name: 'input', units: 12, rate: 0.2 },
      { name: 'fc1', units: 6, rate: 0.5 },
      { name: 'fc2', units: 5, rate: 0.5 },
    ]);
    const convnet = modelSchema.parse({ kind: 'convnet', channels: [2], hidden: [7], dropout: 0.25 });
    assert.deepEqual(createModel(convnet, mnist).dropouts, [{ name: 'fc1', units: 7, rate: 0.25 }]);
    assert.deepEqual(createModel(modelSchema.parse({ kind: 'mlp', dropout: 0 }), mnist).dropouts, []);
  });

  it('zeroes what is masked, scales what is kept by 1/(1 − rate), and does nothing when evaluating', async () => {
    const model = createModel(modelSchema.parse({ kind: 'mlp', hidden: [], inputDropout: 0.2 }), input);
    const { training, evaluating } = await eagerly(() => {
      // Every class sums up the pixels.
      const parameters = { 'fc1.weight': tf.ones([3, 12]), 'fc1.bias': tf.zeros([3]) };
      const pictures = tf.fill<tf.Rank.R4>([1, 3, 2, 2], 255, 'int32');
      const masks = { input: tf.tensor2d([1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0], [1, 12], 'int32') };
      return {
        training: logitsOf(model, parameters, pictures, withMasks(masks)),
        evaluating: logitsOf(model, parameters, pictures, asTrained),
      };
    });
    assert.deepEqual(training, Float32Array.of(6.25, 6.25, 6.25));
    assert.deepEqual(evaluating, Float32Array.of(12, 12, 12));
  });

  it('keeps the expectation with masks of the seeded generator', async () => {
    const wide: PictureShape = { height: 100, width: 100, channels: 1, classes: 1 };
    const model = createModel(modelSchema.parse({ kind: 'mlp', hidden: [], inputDropout: 0.2 }), wide);
    const mask = new Uint8Array(10_000);
    randomStream(0, 'dropout', 0, 1).dropoutMask(mask, 0.2);
    const { mean } = await eagerly(() => ({
      mean: logitsOf(
        model,
        { 'fc1.weight': tf.fill([1, 10_000], 1e-4), 'fc1.bias': tf.zeros([1]) },
        tf.fill<tf.Rank.R4>([1, 100, 100, 1], 255, 'int32'),
        withMasks({ input: tf.tensor2d(Int32Array.from(mask), [1, 10_000], 'int32') }),
      ),
    }));
    // Five standard deviations: √(0.2·0.8/10,000)/0.8 = 0.005.
    assert.ok(Math.abs((mean?.[0] ?? NaN) - 1) < 0.025, String(mean));
  });

  it('asks for every mask by name', async () => {
    const model = createModel(spec, input);
    const weights = initialState(model, 0);
    const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
    await assert.rejects(
      eagerly(() => ({
        logits: logitsOf(
          model,
          tensors(weights, (name) => shapes.get(name) ?? []),
          tf.zeros<tf.Rank.R4>([1, 3, 2, 2], 'int32'),
          withMasks({ input: tf.ones([1, 12], 'int32') }),
        ),
      })),
      /no tensor "fc1" among input/,
    );
  });
});

describe('initialState', () => {
  const model = createModel(modelSchema.parse({ kind: 'mlp', hidden: [30, 20] }), mnist);

  it('depends on the seed and the name alone, so a baseline and a student begin equal', () => {
    const first = initialState(model, 7);
    assert.deepEqual(initialState({ parameters: model.parameters.toReversed(), buffers: [] }, 7), first);
    assert.notDeepEqual(initialState(model, 8)['fc1.weight'], first['fc1.weight']);
    const starts = model.parameters.map(({ name, initial }) =>
      ((first[name]?.[0] ?? NaN) / (initial.kind === 'uniform' ? initial.bound : NaN)).toFixed(6),
    );
    assert.equal(new Set(starts).size, starts.length, 'no two parameters are drawn from the same numbers');
  });

  it('is uniform within the bound', () => {
    const { 'fc1.weight': values = new Float32Array() } = initialState(model, 0);
    const bound = 1 / 28;
    assert.equal(values.length, 30 * 784);
    assert.ok(values.every((value) => Math.abs(value) <= bound));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Of U(±b): mean 0 ± b/√(3n), variance b²/3.
    assert.ok(Math.abs(mean) < (5 * bound) / Math.sqrt(3 * values.length));
    assert.ok(Math.abs(variance / (bound ** 2 / 3) - 1) < 0.03);
  });
});
