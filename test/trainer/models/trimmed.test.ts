import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  modelSchema,
  optimizerSchema,
  trainSchema,
  type OptimizerSpec,
  type TrainSpec,
} from '../../../src/core/spec/spec.js';
import { zeroGradientRule, epochUpdate } from '../../../src/trainer/training/zeroGradientUpdate.js';
import type { NamedValues } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { trimmedFor, heldAtStart, wholeShapes, WholeTensors } from '../../../src/trainer/training/heldTensors.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf, type Model } from '../../../src/trainer/models/model.js';
import { afterSliding, paddingWithin, reachOf } from '../../../src/trainer/models/reach.js';
import { putBack, taken } from '../../../src/trainer/models/trimmed.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { trainProgram } from '../../../src/trainer/training/programs.js';
import { learningRateAt } from '../../../src/trainer/training/schedule.js';
import { eagerly } from '../eager.js';
import { outcome } from '../engines/sideBySide.js';
import { pictureBytes, stateByFormula } from './formula.js';

const small = fc.integer({ min: 1, max: 6 });
const windows = fc
  .record({ height: small, width: small, side: fc.integer({ min: 1, max: 5 }), stride: fc.integer({ min: 1, max: 3 }) })
  .chain((window) => fc.record({ window: fc.constant(window), padding: fc.integer({ min: 0, max: window.side - 1 }) }))
  .map(({ window, padding }) => ({ ...window, padding }))
  .filter(({ height, width, side, padding }) => Math.min(height, width) + 2 * padding >= side);

describe('the taps of a kernel that meet a picture', () => {
  it('are those that have a gradient in TensorFlow.js, in rows and columns without gaps', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async ({ height, width, side, stride, padding }) => {
        const reach = reachOf({ height, width }, { side, stride, padding });
        const { slopes } = await eagerly(() => {
          const pixels = tf.ones<tf.Rank.R4>([1, height, width, 1]);
          const sum = (kernel: tf.Tensor) =>
            tf.sum(tf.conv2d<tf.Tensor4D>(pixels, tf.reshape<tf.Rank.R4>(kernel, [side, side, 1, 1]), stride, padding));
          return { slopes: tf.grad(sum)(tf.ones([side * side])) };
        });
        const inside = ([from, to]: readonly [number, number], tap: number): boolean => tap >= from && tap < to;
        const expected = Array.from(
          { length: side * side },
          (_, tap) => inside(reach.rows, Math.floor(tap / side)) && inside(reach.columns, tap % side),
        );
        // A stride that jumps over the only pixels leaves taps between others without any.
        const found = Array.from(slopes ?? [], (slope) => slope !== 0);
        found.forEach((met, tap) => assert.ok(!met || expected[tap], `tap ${tap} of ${side}×${side}`));
        for (const [from, to] of [reach.rows, reach.columns]) assert.ok(from <= to && to <= side);
      }),
      { numRuns: 300 },
    );
  });

  it('alone, with the padding that is left, make the same convolution', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async ({ height, width, ...sliding }) => {
        const { side, stride } = sliding;
        const reach = reachOf({ height, width }, sliding);
        const padding = paddingWithin({ height, width }, reach, sliding);
        fc.pre(padding !== null && reach.rows[1] > reach.rows[0] && reach.columns[1] > reach.columns[0]);
        const { whole, part } = await eagerly(() => {
          const x = tf.reshape<tf.Rank.R4>(tf.range(1, 1 + height * width), [1, height, width, 1]);
          const kernel = tf.reshape<tf.Rank.R4>(tf.range(1, 1 + side * side), [side, side, 1, 1]);
          const size = [reach.rows[1] - reach.rows[0], reach.columns[1] - reach.columns[0]] as const;
          const trimmed = tf.slice(kernel, [reach.rows[0], reach.columns[0], 0, 0], [...size, 1, 1]);
          return {
            whole: tf.conv2d(x, kernel, stride, sliding.padding),
            part: tf.conv2d(x, trimmed, stride, padding),
          };
        });
        assert.deepEqual(part, whole);
        const { height: rows, width: columns } = afterSliding({ height, width }, sliding);
        assert.equal(whole?.length, rows * columns);
      }),
      { numRuns: 300 },
    );
  });

  it('are taken out of a tensor and put back around what was left', () => {
    const numbers = Float32Array.from({ length: 2 * 3 * 9 }, (_, index) => index);
    const part = { whole: [2, 3, 3, 3], reach: { rows: [1, 3], columns: [1, 2] } } as const;
    const values = taken(numbers, part);
    assert.deepEqual([...values.slice(0, 4)], [4, 7, 13, 16]);
    assert.deepEqual(putBack(numbers, values, part), numbers);
    const changed = putBack(
      numbers,
      values.map((value) => -value),
      part,
    );
    assert.deepEqual([...changed.slice(0, 9)], [0, 1, 2, 3, -4, 5, 6, -7, 8]);
  });
});

const picture = { height: 32, width: 32, channels: 3, classes: 10 };
const plain = optimizerSchema.parse({ kind: 'sgd', learningRate: 0.1 });
const whole = createModel(modelSchema.parse({ kind: 'resnet', depth: 18 }), picture);

describe('a network without the taps that never meet a picture', () => {
  it('lacks them where the picture has become one pixel, and nowhere else', () => {
    const parts = trimmedFor(plain, whole).parameters.filter(({ part }) => part !== undefined);
    assert.deepEqual(
      parts.map(({ name, shape }) => [name, shape.slice(2)]),
      [
        ['layer4.0.conv1.weight', [2, 2]],
        ['layer4.0.conv2.weight', [1, 1]],
        ['layer4.1.conv1.weight', [1, 1]],
        ['layer4.1.conv2.weight', [1, 1]],
      ],
    );
    const large = createModel(modelSchema.parse({ kind: 'resnet', depth: 18 }), {
      ...picture,
      height: 224,
      width: 224,
    });
    assert.deepEqual(trimmedFor(plain, large), { ...large, parameters: large.parameters });
  });

  for (const settings of [
    { kind: 'sgd', learningRate: 0.002, momentum: 0.9 },
    { kind: 'sgd', learningRate: 0.002, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    { kind: 'adam', learningRate: 0.0001, epsilon: 1e-3 },
  ]) {
    it(`learns what the whole network learns: ${Object.values(settings).join(' ')}`, async () => {
      const [expected, found] = [
        await oneStep(whole, settings),
        await oneStep(trimmedFor(optimizerSchema.parse(settings), whole), settings),
      ];
      assert.deepEqual(Object.keys(found), Object.keys(expected));
      for (const [name, values] of Object.entries(expected)) {
        const [norm, apart] = [normOf(values), normOf(values.map((value, at) => value - (found[name]?.[at] ?? NaN)))];
        // What rounds to the other side of ReLU's kink has another gradient.
        assert.ok(apart <= (name.startsWith('optimizer.') ? 2e-2 : 1e-4) * norm, `${name}: ${apart} of ${norm}`);
      }
    });
  }
});

describe('weights that never meet a picture', () => {
  for (const optimizer of [
    { kind: 'sgd', learningRate: 0.1, weightDecay: 0.01 },
    { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
    { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    { kind: 'adamw', learningRate: 0.1 },
    { kind: 'adam', learningRate: 0.1 },
  ]) {
    const title = Object.values(optimizer).join(' ');
    it(`move in an epoch as the optimizer moves them step by step: ${title}`, async () => {
      const spec = optimizerSchema.parse(optimizer);
      const train = trainSchema.parse({ epochs: 3, optimizer, schedule: { kind: 'cosine', warmup: 1 } });
      const stepsPerEpoch = 7;
      const expected = await stepByStep(spec, { train, stepsPerEpoch, steps: 14 });
      const specs = [{ name: 'w', shape: [1, 1, 1, 1], part: onePart }, ...slotsOf(spec)];
      const whole = new WholeTensors(specs, { w: begun }, epochUpdate(train, stepsPerEpoch), 0);
      const held = Object.fromEntries(specs.map(({ name }) => [name, new Float32Array(1)]));
      const [first, second] = [whole.of(held, 1), whole.of(held, 2)];
      for (const [name, values] of Object.entries(expected)) {
        values.forEach((value, index) => {
          if (index === centre) return;
          const found = second[name]?.[index] ?? NaN;
          assert.ok(
            Math.abs(found - value) <= 1e-6 * Math.max(1e-3, Math.abs(value)),
            `${name}: ${found}, expected ${value}`,
          );
        });
      }
      assert.equal(begun[0], -3.5, 'what a run began with is not written to');
      // A run that is resumed after its first epoch ends with the same bits.
      const resumed = new WholeTensors(specs, first, epochUpdate(train, stepsPerEpoch), 1);
      assert.deepEqual(resumed.of(held, 2), second);
    });
  }

  it('are not set aside where each moves in a way of its own', () => {
    const adam = optimizerSchema.parse({ kind: 'adam', weightDecay: 0.01 });
    assert.equal(zeroGradientRule(adam), null);
    assert.equal(trimmedFor(adam, whole), whole);
  });
});

const centre = 4;
const begun = Float32Array.from({ length: 9 }, (_, index) => index - 3.5);
const onePart = { whole: [1, 1, 3, 3], reach: { rows: [1, 2], columns: [1, 2] } } as const;
const slotsOf = (spec: OptimizerSpec) =>
  createOptimizer(spec, { maxNorm: null }).slots([{ name: 'w', shape: [1, 1, 1, 1], part: onePart }]);

/** The weights and slots after so many steps of the real optimizer, with a gradient of 0. */
async function stepByStep(
  spec: OptimizerSpec,
  { train, stepsPerEpoch, steps }: { train: TrainSpec; stepsPerEpoch: number; steps: number },
): Promise<Record<string, Float32Array>> {
  const optimizer = createOptimizer(spec, { maxNorm: null });
  const names = slotsOf(spec).map(({ name }) => name);
  let state: Record<string, Float32Array> = {
    w: begun,
    ...Object.fromEntries(names.map((name) => [name, new Float32Array(9)])),
  };
  for (let step = 1; step <= steps; step++) {
    const scalars = optimizer.scalars({ step, learningRate: learningRateAt(train, { step, stepsPerEpoch }) });
    const before = state;
    state = await eagerly(() => {
      const { parameters, slots } = optimizer.update({
        parameters: { w: tf.tensor(before.w ?? begun) },
        gradients: { w: tf.zeros([9]) },
        slots: Object.fromEntries(names.map((name) => [name, tf.tensor(before[name] ?? begun)])),
        scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tf.scalar(value)])),
      });
      return { ...parameters, ...slots };
    });
  }
  return state;
}

/** @returns whole tensors, the optimizer's included */
async function oneStep(model: Model, settings: object): Promise<Record<string, Float32Array>> {
  const batchSize = 4;
  const spec = optimizerSchema.parse(settings);
  const optimizer = createOptimizer(spec, { maxNorm: null });
  const tensors = [...stateOf(model), ...optimizer.slots(model.parameters)];
  const shapes = wholeShapes(tensors);
  const start = stateByFormula(stateOf(whole));
  const scalars = Object.entries(optimizer.scalars({ step: 1, learningRate: spec.learningRate }));
  const call: NamedValues = {
    images: pictureBytes([batchSize, 32, 32, 3]),
    labels: Int32Array.from({ length: batchSize }, (_, index) => (index * 3) % picture.classes),
    ...Object.fromEntries(scalars.map(([name, value]) => [name, Float32Array.of(value)])),
  };
  const program = trainProgram({ model, optimizer, distillation: null, batchSize, picture });
  const { variables } = await outcome(new OnnxEngine(), program, {
    initial: heldAtStart(tensors, start),
    calls: [call],
  });
  const train = trainSchema.parse({ epochs: 1, optimizer: settings });
  const result = new WholeTensors(tensors, start, epochUpdate(train, 1), 0).of(variables, 1);
  for (const [name, shape] of Object.entries(shapes)) {
    assert.equal(
      result[name]?.length,
      shape.reduce((product, size) => product * size, 1),
      name,
    );
  }
  return result;
}

const normOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
