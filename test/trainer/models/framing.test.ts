import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { framingOf } from '../../../src/core/framing.js';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import { inputSchema, modelSchema, type InputSpec } from '../../../src/core/spec/spec.js';
import { modelIdentity } from '../../../src/core/spec/identity.js';
import { onnxClassifier } from '../../../src/trainer/engines/onnx/classifier.js';
import type { Engine, Program } from '../../../src/trainer/engines/engine.js';
import { onnxRuntime } from '../../../src/trainer/engines/onnx/runtime/onnxRuntime.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { preprocess, seenShape } from '../../../src/trainer/models/preprocess.js';
import { eagerOracle, outcome } from '../engines/sideBySide.js';
import { formulaPicture } from './formulaPictures.js';

const size = z.tuple([z.int(), z.int()]);
const recording = z
  .object({
    cases: z.array(z.object({ from: size, input: inputSchema, rows: z.array(z.int()), pixels: z.base64() })),
    networks: z.array(z.object({ from: size, input: inputSchema, values: z.base64() })),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/framing.json', 'utf8')));

const shapeOf = ([height, width]: readonly [number, number]) => [1, height, width, 3] as const;

const preparing = (from: readonly [number, number], input: InputSpec): Program => ({
  name: 'preprocess',
  inputs: { images: { shape: shapeOf(from), dtype: 'uint8' } },
  run: (_, { images = tf.scalar(0) }) => ({
    outputs: { logits: preprocess(tf.reshape<tf.Rank.R4>(images, [...shapeOf(from)]), input) },
    updates: {},
  }),
});

const pictureOf = (from: readonly [number, number]): Uint8Array => formulaPicture('noise', [...from, 3]);

/** What the recorded graph, or tfjs operation by operation, makes of a picture, row-major [height, width, channels]. */
const asked =
  (create: () => Promise<Engine>) =>
  async (from: readonly [number, number], input: InputSpec): Promise<readonly number[]> => {
    const call = { initial: {}, calls: [{ images: pictureOf(from) }] };
    const { outputs } = await outcome(await create(), preparing(from, input), call);
    return [...(outputs[0]?.logits ?? [])];
  };

/** The same in plain ONNX, as networks are exported. */
async function exported(from: readonly [number, number], input: InputSpec): Promise<readonly number[]> {
  const bytes = await onnxClassifier(preparing(from, input), { shapes: {}, tensors: {} });
  const { InferenceSession, Tensor } = onnxRuntime();
  const session = await InferenceSession.create(bytes);
  const { logits } = await session.run({ images: new Tensor('uint8', pictureOf(from), shapeOf(from)) });
  await session.release();
  return Array.from(logits?.data ?? [], Number);
}

describe('pictures cut and given margins in the network', () => {
  for (const [name, prepare] of [
    ['recorded', asked(() => Promise.resolve(new OnnxEngine({ threads: 1 })))],
    ['operation by operation', asked(eagerOracle)],
    ['exported', exported],
  ] as const) {
    it(`are those of torchvision and Pillow, ${name}`, async () => {
      let [equal, count] = [0, 0];
      for (const { from, input, rows, pixels } of recording.cases) {
        const found = await prepare(from, { ...input, range: [0, 255] });
        const { width } = seenShape({ height: from[0], width: from[1], channels: 3, classes: 2 }, input);
        const expected = Buffer.from(pixels, 'base64');
        const row = width * 3;
        const away = Array.from(expected, (value, at) => Math.abs((found[(rows[Math.floor(at / row)] ?? NaN) * row + (at % row)] ?? NaN) - value)); // prettier-ignore
        assert.ok(away.every((each) => each <= 1), `${from.join('×')} ${JSON.stringify(input)}`); // prettier-ignore
        equal += away.filter((each) => each === 0).length;
        count += away.length;
      }
      // Of simple ratios, as 4:3, many pixels lie exactly between two grey levels: float32 decides otherwise than Pillow.
      assert.ok(equal / count > 0.985, `${equal} of ${count} are equal`);
    });

    it(`are prepared as torchvision, Caffe and Keras do for their networks, ${name}`, async () => {
      for (const { from, input, values } of recording.networks) {
        const found = await prepare(from, input);
        const bytes = Uint8Array.from(Buffer.from(values, 'base64'));
        const expected = new Float32Array(bytes.buffer);
        const plane = expected.length / 3;
        // A grey level in the network's own scale.
        const [black, white] = input.range ?? [0, 1];
        const level = (white - black) / 255 / Math.min(...input.std);
        const away = Array.from(expected, (value, at) =>
          Math.abs((found[3 * (at % plane) + Math.floor(at / plane)] ?? NaN) - value),
        );
        const largest = Math.max(...Array.from(expected, Math.abs));
        assert.ok(away.every((each) => each <= 1.001 * level), JSON.stringify(input)); // prettier-ignore
        assert.ok(away.filter((each) => each > 1e-6 * largest).length <= away.length / 200, JSON.stringify(input));
      }
    });
  }
});

describe('framingOf', () => {
  it('cuts the long side to a whole number and rounds a half offset to the even one, as torchvision does', () => {
    const input = inputSchema.parse({ size: 224, fit: 'crop', resize: 256 });
    // 256 · 500 / 375 = 341.33; (341 − 224) / 2 = 58.5.
    const { rows, columns } = framingOf({ height: 375, width: 500 }, input);
    assert.deepEqual([rows.resized, rows.first, columns.resized, columns.first], [256, 16, 341, 58]);
    const odd = framingOf({ height: 100, width: 101 }, { size: 64, fit: 'crop', resize: 67 });
    assert.deepEqual([odd.rows.first, odd.columns.resized], [2, 67]);
  });
});

describe('settings of a preparation', () => {
  const picture = { height: 8, width: 8, channels: 3, classes: 2 };
  const refusal = (input: object): string => {
    try {
      seenShape(picture, inputSchema.parse(input));
    } catch (error) {
      assert.ok(error instanceof ProblemError);
      return formatProblem(error.problem);
    }
    return assert.fail('nothing was refused');
  };

  it('are refused where they mean nothing', () => {
    assert.match(refusal({ fit: 'crop' }), /^model\.input\.fit: .*\n {2}Write `size` as well\.$/);
    assert.match(refusal({ size: 4, resize: 5 }), /^model\.input\.resize: /);
    assert.match(refusal({ size: 4, fill: [9] }), /^model\.input\.fill: /);
    assert.match(refusal({ size: 4, fit: 'pad', fill: [9, 9] }), /has 2 values, expected one for all channels, or 3/);
    assert.match(refusal({ range: [1, 0] }), /^model\.input\.range: `range` goes from 1 up to 0\./);
  });

  it('change the identity of a network only where they change what it sees', () => {
    const identity = (input: object) => modelIdentity(modelSchema.parse({ kind: 'mlp', input }));
    const plain = identity({ size: 4 });
    assert.deepEqual(identity({ size: 4, fit: 'stretch', order: 'rgb', range: [0, 1] }), plain);
    for (const input of [{ fit: 'crop' }, { fit: 'pad' }, { order: 'bgr' }, { range: [0, 255] }]) {
      assert.notDeepEqual(identity({ size: 4, ...input }), plain);
    }
  });
});
