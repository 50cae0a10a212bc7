import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { optimizerSchema, type OptimizerSpec } from '../../../src/core/spec/spec.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { eagerly, floats, tensors } from '../eager.js';
import { assertClose } from '../engines/sideBySide.js';

const named = z.record(z.string(), z.array(z.number()));
const state = z.object({ parameters: named, slots: named });
const recording = z
  .object({
    shapes: z.record(z.string(), z.array(z.int())),
    initial: named,
    gradients: z.array(named),
    rates: z.array(z.number()),
    cases: z.array(z.object({ spec: optimizerSchema, maxNorm: z.number().nullable(), first: state, last: state })),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/optimizers.json', 'utf8')));

const shapeOf = (name: string): number[] => recording.shapes[name.replace(/^optimizer\.[^.]+\./, '')] ?? [];
const parameterSpecs = Object.entries(recording.shapes).map(([name, shape]) => ({ name, shape }));

/** Takes the first `steps` recorded steps. */
async function take(spec: OptimizerSpec, { maxNorm, steps }: { maxNorm: number | null; steps: number }) {
  const optimizer = createOptimizer(spec, { maxNorm });
  let parameters: Record<string, Float32Array> = floats(recording.initial);
  let slots: Record<string, Float32Array> = Object.fromEntries(
    optimizer
      .slots(parameterSpecs)
      .map(({ name, shape }) => [name, new Float32Array(shape.reduce((product, size) => product * size, 1))]),
  );
  for (let step = 1; step <= steps; step++) {
    const learningRate = spec.learningRate * (recording.rates[step - 1] ?? NaN);
    const scalars = optimizer.scalars({ step, learningRate });
    assert.deepEqual(Object.keys(scalars), optimizer.scalarNames);
    const result = await eagerly(() => {
      const updated = optimizer.update({
        parameters: tensors(parameters, shapeOf),
        gradients: tensors(recording.gradients[step - 1] ?? {}, shapeOf),
        slots: tensors(slots, shapeOf),
        scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tf.scalar(value)])),
      });
      return { ...updated.parameters, ...updated.slots };
    });
    const pick = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, result[name] ?? new Float32Array()]));
    parameters = pick(Object.keys(parameters));
    slots = pick(Object.keys(slots));
  }
  return { parameters, slots };
}

describe('createOptimizer', () => {
  for (const { spec, maxNorm, first, last } of recording.cases) {
    const bound = maxNorm === null ? '' : `, rows bounded by ${maxNorm}`;
    it(`does what PyTorch does: ${JSON.stringify(spec)}${bound}`, async () => {
      for (const [steps, expected] of [
        [1, first],
        [recording.gradients.length, last],
      ] as const) {
        const found = await take(spec, { maxNorm, steps });
        assertClose(found.parameters, floats(expected.parameters), 1e-6, `parameters after ${steps}`);
        assertClose(found.slots, floats(expected.slots), 1e-6, `slots after ${steps}`);
      }
    });
  }

  it('keeps no slots for plain SGD', () => {
    const spec = optimizerSchema.parse({ kind: 'sgd', momentum: 0 });
    assert.deepEqual(createOptimizer(spec, { maxNorm: null }).slots(parameterSpecs), []);
  });

  it('leaves rows within the bound as they are, bit for bit', async () => {
    const { weight, short } = await eagerly(() => {
      const optimizer = createOptimizer(optimizerSchema.parse({ kind: 'sgd', momentum: 0 }), { maxNorm: 5 });
      const values = tf.tensor2d([3, 4, 0.3, 0.4, 30, 40], [3, 2]);
      const { parameters } = optimizer.update({
        parameters: { weight: values, short: tf.tensor1d([100]) },
        gradients: { weight: tf.zerosLike(values), short: tf.tensor1d([0]) },
        slots: {},
        scalars: { learningRate: tf.scalar(0.1) },
      });
      return parameters;
    });
    assert.deepEqual(weight?.subarray(0, 4), Float32Array.of(3, 4, 0.3, 0.4));
    assert.ok(Math.abs(Math.hypot(...weight.subarray(4)) - 5) < 1e-5);
    assert.deepEqual(short, Float32Array.of(100), 'biases are not bounded');
  });
});
