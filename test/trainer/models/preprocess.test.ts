import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import { resampleWeights } from '../../../src/core/resample.js';
import { inputSchema } from '../../../src/core/spec/spec.js';
import type { Engine, Program } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { preprocess, seenShape } from '../../../src/trainer/models/preprocess.js';
import { eagerly } from '../eager.js';
import { formulaPicture } from './formulaPictures.js';
import { eagerOracle, outcome } from '../engines/sideBySide.js';

const size = z.tuple([z.int(), z.int()]);
const recording = z
  .array(
    z.object({
      kind: z.enum(['noise', 'rings']),
      from: z.tuple([z.int(), z.int(), z.int()]),
      to: size,
      interpolation: z.enum(['bilinear', 'bicubic']),
      rows: z.array(z.int()),
      pixels: z.base64(),
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/resize.json', 'utf8')));
type Case = (typeof recording)[number];

const resizing = ({ from: [height, width, channels], to, interpolation }: Case): Program => ({
  name: 'resize',
  inputs: { images: { shape: [1, height, width, channels], dtype: 'uint8' } },
  run: (_, { images = tf.scalar(0) }) => {
    const input = inputSchema.parse({ size: to, interpolation });
    const shaped = tf.reshape<tf.Rank.R4>(images, [1, height, width, channels]);
    return { outputs: { pixels: tf.mul(preprocess(shaped, input), 255) }, updates: {} };
  },
});

/** How many recorded pixels come out equal, and how many at most one grey level away. */
async function agreement(example: Case, engine: Engine): Promise<{ count: number; equal: number; near: number }> {
  const { outputs } = await outcome(engine, resizing(example), {
    initial: {},
    calls: [{ images: formulaPicture(example.kind, example.from) }],
  });
  const found = outputs[0]?.pixels ?? [];
  const row = example.to[1] * example.from[2];
  const expected = Buffer.from(example.pixels, 'base64');
  const differences = Array.from(expected, (value, index) => {
    const at = (example.rows[Math.floor(index / row)] ?? NaN) * row + (index % row);
    return Math.abs(Math.round(found[at] ?? NaN) - value);
  });
  return {
    count: expected.length,
    equal: differences.filter((difference) => difference === 0).length,
    near: differences.filter((difference) => difference <= 1).length,
  };
}

describe('pictures resized in the network', () => {
  const engines = [
    { name: 'recorded', create: () => Promise.resolve(new OnnxEngine({ threads: 1 })) },
    { name: 'operation by operation', create: eagerOracle },
  ];
  for (const { name, create } of engines) {
    it(`are those of Pillow, ${name}`, async () => {
      const totals = { count: 0, equal: 0, near: 0 };
      for (const example of recording) {
        const { count, equal, near } = await agreement(example, await create());
        assert.equal(near, count, `${example.from.join('×')} to ${example.to.join('×')}, ${example.interpolation}`);
        totals.count += count;
        totals.equal += equal;
      }
      assert.ok(totals.equal / totals.count > 0.998, `${totals.equal} of ${totals.count} are equal`);
    });
  }

  it('are left as they are where they have the size', async () => {
    const images = Uint8Array.of(0, 51, 102, 255);
    const { pixels } = await eagerly(() => ({
      pixels: preprocess(tf.tensor4d(images, [1, 2, 2, 1], 'int32'), inputSchema.parse({ size: 2 })),
    }));
    assert.deepEqual([...(pixels ?? [])], [0, 0.2, 0.4, 1].map(Math.fround));
  });
});

describe('resampleWeights', () => {
  it('weighs by the distance from the middle of the new pixel', () => {
    assert.deepEqual([...resampleWeights({ from: 2, to: 4 }, 'bilinear')], [1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]);
  });

  it('takes in every old pixel where pictures shrink', () => {
    const weights = resampleWeights({ from: 9, to: 2 }, 'bilinear');
    const columns = Array.from({ length: 9 }, (_, column) => (weights[column] ?? 0) + (weights[9 + column] ?? 0));
    assert.ok(columns.every((weight) => weight > 0.05));
  });
});

describe('preprocess', () => {
  const normalized = async (values: readonly number[], channels: number, input: unknown): Promise<number[]> => {
    const { pixels } = await eagerly(() => {
      const images = tf.tensor4d([...values], [1, 1, values.length / channels, channels], 'int32');
      return { pixels: preprocess(images, inputSchema.parse(input)) };
    });
    return [...(pixels ?? [])].map((value) => Number(value.toFixed(5)));
  };

  it('takes the mean and the deviation of each channel', async () => {
    const input = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    assert.deepEqual(await normalized([255, 0, 51], 3, input), [2.24891, -2.03571, -0.91556]);
  });

  it('takes one for all channels', async () => {
    assert.deepEqual(await normalized([255, 0, 51], 3, { mean: [0.5], std: [0.5] }), [1, -1, -0.6]);
  });

  it('repeats the channel of grey pictures where there is a mean for each of three', async () => {
    const input = { mean: [0, 0.5, 0], std: [1] };
    assert.deepEqual(await normalized([255, 51], 1, input), [1, 0.5, 1, 0.2, -0.3, 0.2]);
    const grey = { height: 4, width: 4, channels: 1, classes: 2 };
    assert.equal(seenShape(grey, inputSchema.parse(input)).channels, 3);
    assert.equal(seenShape(grey, inputSchema.parse({ mean: [0.5] })).channels, 1);
  });

  it('refuses means for another number of channels', () => {
    const refusal = (channels: number, input: unknown): string => {
      try {
        seenShape({ height: 4, width: 4, channels, classes: 2 }, inputSchema.parse(input));
      } catch (error) {
        assert.ok(error instanceof ProblemError);
        return formatProblem(error.problem);
      }
      return assert.fail('nothing was refused');
    };
    assert.equal(
      refusal(3, { mean: [0.5, 0.5] }),
      'model.input.mean: `model.input.mean` has 2 values, expected one for all channels, or 3: the pictures have 3 channels.\n' +
        '  Write one value, or one for each channel.',
    );
    assert.match(refusal(1, { mean: [0, 0, 0], std: [1, 1] }), /`model.input.std` has 2 values, expected one/);
    assert.match(refusal(3, { mean: [0, 0, 0, 0] }), /has 4 values/);
  });
});
