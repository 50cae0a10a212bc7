import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Program, TensorSpec } from '../../../src/trainer/engines/engine.js';
import { lowerings } from '../../../src/trainer/engines/onnx/lowerings/lowerings.js';
import { assertTracedEqualsEager, eagerOracle, numbers } from './sideBySide.js';

/** A function of tensors to try: shapes drawn at random, values from a seed. */
interface Case {
  readonly name: string;
  /** Shapes of the inputs `0`, `1` …, from dimensions drawn between 1 and 5. */
  readonly shapes: (d: readonly [number, number, number, number]) => readonly (readonly number[])[];
  readonly dtypes?: readonly TensorSpec['dtype'][];
  /** Turns raw values in −0.5..0.5 into what the operation is defined on. */
  readonly values?: (raw: number) => number;
  readonly run: (...tensors: tf.Tensor[]) => tf.Tensor;
}

const same = (d: readonly number[]) => [[...d], [...d]];
const one = (d: readonly number[]) => [[...d]];
const positive = (raw: number) => raw + 0.6;
const four = (t: tf.Tensor): tf.Tensor4D => {
  const [a = 0, b = 0, c = 0, d = 0] = t.shape;
  return tf.reshape(t, [a, b, c, d]);
};
const vector = (t: tf.Tensor): tf.Tensor1D => tf.reshape<tf.Rank.R1>(t, [-1]);
/** A permuted view that no one has laid out in memory yet: what follows a convolution looks like this. */
const turned = (t: tf.Tensor) => tf.transpose(t, [0, 2, 3, 1]);

interface Convolution {
  readonly size: number;
  readonly strides: [number, number];
  readonly pad: number | 'same' | 'valid';
  /** Height and width of the pictures. */
  readonly plane: (d: readonly [number, number, number, number]) => readonly [number, number];
}

/** A convolution with bias and ReLU, and its gradients. */
function convolutionCases({ size, strides, pad, plane }: Convolution): Case[] {
  const [height, width] = plane([0, 0, 0, 0]);
  const name = `${size}×${size} convolution, strides ${strides.join('×')}, padding ${pad}, of ${height}×${width} or more`;
  const shapes: Case['shapes'] = (d) => [[d[0], ...plane(d), d[3]], [size, size, d[3], d[2]], [d[2]]];
  const convolve = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
    tf.relu(tf.add(tf.conv2d(four(x), four(kernel), strides, pad), bias));
  return [
    { name, shapes, run: (x, kernel, bias) => convolve(x, kernel, bias) },
    {
      name: `${name}, gradient of the kernel`,
      shapes,
      run: (x, kernel, bias) => tf.grad((w) => convolve(x, w, bias))(kernel),
    },
    {
      name: `${name}, gradient of the pictures`,
      shapes,
      run: (x, kernel, bias) => tf.grad((p) => convolve(p, kernel, bias))(x),
    },
  ];
}

const cases: Case[] = [
  { name: 'a + b', shapes: same, run: (a, b) => tf.add(a, b) },
  { name: 'a row added to every row', shapes: ([n, m]) => [[n, m], [m]], run: (a, b) => tf.add(a, b) },
  {
    name: 'a column times a row',
    shapes: ([n, m]) => [
      [n, 1],
      [1, m],
    ],
    run: (a, b) => tf.mul(a, b),
  },
  {
    name: 'permuted operands, one of lower rank',
    shapes: (d) => [[...d], [...d], [d[1]]],
    run: (a, b, c) => tf.mul(tf.add(turned(a), c), tf.relu(turned(b))),
  },
  {
    name: 'operands permuted differently',
    shapes: ([a, b, c, d]) => [
      [a, b, c, d],
      [a, c, d, b],
    ],
    run: (a, b) => tf.sub(turned(a), b),
  },
  { name: 'a − b', shapes: same, run: (a, b) => tf.sub(a, b) },
  { name: 'a ÷ b', shapes: same, values: positive, run: (a, b) => tf.div(a, b) },
  { name: 'maximum', shapes: same, run: (a, b) => tf.maximum(a, b) },
  { name: 'minimum', shapes: same, run: (a, b) => tf.minimum(a, b) },
  {
    name: 'a > b, chosen by it',
    shapes: same,
    run: (a, b) => tf.where(tf.greater(a, b), a, b),
  },
  { name: 'a ≥ b', shapes: same, run: (a, b) => tf.cast(tf.greaterEqual(a, b), 'float32') },
  { name: 'a < b', shapes: same, run: (a, b) => tf.cast(tf.less(a, b), 'float32') },
  {
    name: 'a ≤ b and b ≤ a',
    shapes: same,
    run: (a, b) => tf.cast(tf.logicalAnd(tf.lessEqual(a, b), tf.lessEqual(b, a)), 'float32'),
  },
  { name: 'a = a', shapes: same, run: (a, b) => tf.cast(tf.equal(a, b), 'float32') },
  { name: 'a sum of many', shapes: (d) => [...same(d), [...d]], run: (...all) => tf.addN(all) },
  { name: '−x', shapes: one, run: (x) => tf.neg(x) },
  { name: 'exp', shapes: one, run: (x) => tf.exp(x) },
  { name: 'log', shapes: one, values: positive, run: (x) => tf.log(x) },
  { name: 'sqrt', shapes: one, values: positive, run: (x) => tf.sqrt(x) },
  { name: '|x|', shapes: one, run: (x) => tf.abs(x) },
  { name: 'floor', shapes: one, values: (raw) => 4 * raw, run: (x) => tf.floor(turned(x)) },
  { name: 'clip', shapes: one, run: (x) => tf.clipByValue(turned(x), -0.25, 0.125) },
  { name: 'x²', shapes: one, run: (x) => tf.square(x) },
  { name: 'erf', shapes: one, values: (raw) => raw * 6, run: (x) => tf.erf(x) },
  { name: 'tanh', shapes: one, run: (x) => tf.tanh(x) },
  { name: 'relu and the step that is its gradient', shapes: one, run: (x) => tf.add(tf.relu(x), tf.step(x)) },
  { name: 'a step without its relu', shapes: one, run: (x) => tf.step(x) },
  {
    name: 'bytes as numbers',
    shapes: one,
    dtypes: ['uint8'],
    values: (raw) => Math.floor((raw + 0.5) * 256),
    run: (x) => tf.div(tf.cast(x, 'float32'), 255),
  },
  {
    name: 'bytes turned before they become numbers',
    shapes: one,
    dtypes: ['uint8'],
    values: (raw) => Math.floor((raw + 0.5) * 256),
    run: (x) => tf.cast(turned(x), 'float32'),
  },
  { name: 'identity', shapes: one, run: (x) => tf.clone(x) },
  { name: 'zeros and ones alike', shapes: one, run: (x) => tf.add(tf.zerosLike(x), tf.onesLike(x)) },
  { name: 'transpose', shapes: one, run: (x) => tf.transpose(x, [3, 1, 0, 2]) },
  { name: 'two transposes', shapes: one, run: (x) => tf.transpose(turned(x), [2, 0, 3, 1]) },
  { name: 'reshape of a turned tensor', shapes: one, run: (x) => tf.reshape(turned(x), [-1, 1]) },
  {
    name: 'axes that lie beside each other made one, and taken apart again',
    shapes: one,
    run: (x) => {
      const [a = 0, b = 0, c = 0, d = 0] = x.shape;
      const last = tf.transpose(x, [3, 0, 1, 2]);
      return tf.add(tf.reshape(last, [1, d, a * b * c, 1]), tf.reshape(tf.reshape(last, [d, a * b, c]), [d, -1, 1]));
    },
  },
  { name: 'a new axis', shapes: one, run: (x) => tf.expandDims(x, -2) },
  { name: 'tile', shapes: ([n, m]) => [[n, m]], run: (x) => tf.tile(x, [2, 3]) },
  {
    name: 'slice',
    shapes: (d) => [d.map((size) => size + 1)],
    run: (x) => tf.slice(x, [1, 0, 1, 1], [-1, 1, -1, -1]),
  },
  { name: 'concat', shapes: same, run: (...all) => tf.concat(all, -2) },
  {
    name: 'pad',
    shapes: one,
    run: (x) =>
      tf.pad(
        x,
        [
          [0, 1],
          [2, 0],
          [1, 1],
          [0, 0],
        ],
        7,
      ),
  },
  { name: 'slice of a turned tensor', shapes: one, run: (x) => tf.slice(turned(x), [0, 0, 0, 0], [1, -1, -1, 1]) },
  {
    name: 'pad of a turned tensor',
    shapes: one,
    run: (x) =>
      tf.pad(turned(x), [
        [1, 0],
        [0, 2],
        [0, 0],
        [3, 1],
      ]),
  },
  {
    name: 'concat of tensors that lie differently',
    shapes: ([a, b, c, d]) => [
      [a, b, c, d],
      [a, c, d, b],
    ],
    run: (a, b) => tf.concat([turned(a), b], 1),
  },
  {
    name: 'concat and its gradient',
    shapes: ([a, b, c, d]) => [
      [a, b, c, d],
      [a, c, d, b],
    ],
    run: (a, b) => tf.grad((x) => tf.square(tf.concat([turned(x), b], 3)))(a),
  },
  { name: 'unstack and stack in another order', shapes: one, run: (x) => tf.stack(tf.unstack(turned(x), 2), 0) },
  {
    name: 'split into unequal parts of a turned tensor',
    shapes: ([a, b, c, d]) => [[a, b + 2, c, d]],
    run: (x) => {
      const [first = x, second = x] = tf.split(turned(x), [2, (x.shape[1] ?? 0) - 2], 3);
      return tf.concat([second, first], 3);
    },
  },
  {
    name: 'stack of tensors that lie differently',
    shapes: ([a, b, c, d]) => [
      [a, b, c, d],
      [a, c, d, b],
    ],
    run: (a, b) => tf.stack([turned(a), b], -1),
  },
  {
    name: 'unstack and its gradient',
    shapes: ([a, b, c]) => [[a, b, 3, c]],
    run: (x) =>
      tf.grad((y) => {
        const [p = y, q = y, r = y] = tf.unstack(turned(y), 1);
        return tf.mul(p, tf.sub(q, r));
      })(x),
  },
  {
    name: 'a turned tensor with its axes split and merged',
    shapes: ([a, b, c, d]) => [[2 * a, b, 3 * c, d]],
    run: (x) => {
      const [a = 0, b = 0, c = 0, d = 0] = x.shape;
      const split = tf.reshape(turned(x), [2, a / 2, 1, b, 3, c / 3, d]);
      return tf.reshape(tf.transpose(split, [3, 4, 0, 1, 5, 6, 2]), [b, 3, a, c / 3, 1, d]);
    },
  },
  {
    name: 'axes merged that are neighbours in memory',
    shapes: one,
    run: (x) => {
      const [a = 0, b = 0, c = 0, d = 0] = x.shape;
      return tf.reshape(tf.transpose(x, [2, 3, 0, 1]), [c * d, a * b]);
    },
  },
  {
    name: 'axes merged that are not',
    shapes: one,
    run: (x) => {
      const [a = 0, b = 0, c = 0, d = 0] = x.shape;
      return tf.reshape(turned(x), [a * c, d * b]);
    },
  },
  {
    name: 'batch normalization with given statistics',
    shapes: (d) => [[...d], [d[3]], [d[3]], [d[3]], [d[3]]],
    run: (x, mean, variance, offset, scale) =>
      tf.batchNorm(x, vector(mean), vector(tf.add(tf.square(variance), 0.5)), vector(offset), vector(scale), 0.01),
  },
  {
    name: 'batch normalization of a turned tensor, without offset and scale',
    shapes: (d) => [[...d], [d[1]], [d[1]]],
    run: (x, mean, variance) =>
      tf.batchNorm(turned(x), vector(mean), vector(tf.add(tf.square(variance), 0.5)), undefined, undefined, 0.01),
  },
  { name: 'sum over some axes of a turned tensor', shapes: one, run: (x) => tf.sum(turned(x), [0, 2]) },
  { name: 'sum of squares', shapes: one, run: (x) => tf.sum(tf.square(turned(x)), 1, true) },
  { name: 'sum over all', shapes: one, run: (x) => tf.sum(x) },
  { name: 'sum that keeps its axes', shapes: one, run: (x) => tf.sum(turned(x), [1], true) },
  { name: 'mean', shapes: one, run: (x) => tf.mean(x, [1, 3]) },
  { name: 'largest', shapes: one, run: (x) => tf.max(turned(x), 2, true) },
  { name: 'index of the largest', shapes: one, run: (x) => tf.argMax(x, 1) },
  {
    name: 'index of the largest of equals',
    shapes: one,
    values: (raw) => Math.round(raw),
    run: (x) => tf.argMax(x, -1),
  },
  {
    name: 'one-hot labels',
    shapes: ([n]) => [[n]],
    dtypes: ['int32'],
    values: (raw) => Math.floor((raw + 0.5) * 9),
    run: (x) => tf.oneHot(tf.cast(x, 'int32'), 7),
  },
  {
    name: 'one-hot with values of its own',
    shapes: ([n]) => [[n]],
    dtypes: ['int32'],
    values: (raw) => Math.floor((raw + 0.5) * 9),
    run: (x) => tf.oneHot(tf.cast(x, 'int32'), 7, 0.9, 0.1),
  },
  { name: 'softmax', shapes: ([n, m]) => [[n, m]], values: (raw) => raw * 100, run: (x) => tf.softmax(x) },
  { name: 'log softmax', shapes: ([n, m]) => [[n, m]], values: (raw) => raw * 100, run: (x) => tf.logSoftmax(x) },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB): Case => ({
      name: `matrix product${transposeA ? ', left transposed' : ''}${transposeB ? ', right transposed' : ''}`,
      shapes: ([n, k, m]) => [transposeA ? [k, n] : [n, k], transposeB ? [m, k] : [k, m]],
      run: (a, b) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    name: 'product with a matrix that was turned',
    shapes: ([n, k, m]) => [
      [n, k],
      [m, k],
    ],
    run: (a, b) => tf.matMul(a, tf.transpose(b)),
  },
  {
    name: 'products by the batch',
    shapes: ([b, n, k, m]) => [
      [b, n, k],
      [b, m, k],
    ],
    run: (a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'one matrix times each of a batch',
    shapes: ([b, n, k, m]) => [
      [1, n, k],
      [b, k, m],
    ],
    run: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'a product with its bias',
    shapes: ([n, k, m]) => [[n, k], [m, k], [m]],
    run: (a, b, c) => tf.add(tf.matMul(a, b, false, true), c),
  },
  {
    name: 'a product added to weights',
    shapes: ([n, k, m]) => [
      [k, n],
      [k, m],
      [n, m],
    ],
    run: (a, b, c) => tf.add(tf.mul(c, 0.9), tf.matMul(a, b, true)),
  },
  {
    name: 'weights less a scaled product',
    shapes: ([n, k, m]) => [[k, n], [k, m], [n, m], []],
    run: (a, b, c, rate) => tf.sub(c, tf.mul(rate, tf.matMul(a, b, true))),
  },
  ...(
    [
      { size: 3, strides: [1, 1], pad: 1, plane: ([, h, w]) => [h + 4, w + 4] },
      { size: 3, strides: [2, 2], pad: 1, plane: ([, h, w]) => [h + 4, w + 4] },
      { size: 1, strides: [1, 1], pad: 0, plane: ([, h, w]) => [h, w] },
      { size: 1, strides: [2, 2], pad: 0, plane: ([, h, w]) => [h, w] },
      { size: 1, strides: [1, 1], pad: 1, plane: ([, h, w]) => [h, w] },
      { size: 7, strides: [2, 2], pad: 3, plane: ([, h, w]) => [h + 3, w + 3] },
      { size: 5, strides: [1, 1], pad: 2, plane: ([, h, w]) => [h, w] },
      { size: 5, strides: [3, 1], pad: 'same', plane: ([, h, w]) => [h + 2, w + 3] },
      { size: 3, strides: [1, 2], pad: 'valid', plane: ([, h, w]) => [h + 2, w + 3] },
      { size: 3, strides: [1, 1], pad: 1, plane: () => [1, 1] },
      { size: 3, strides: [1, 1], pad: 1, plane: () => [2, 2] },
      { size: 3, strides: [2, 2], pad: 1, plane: () => [2, 2] },
    ] satisfies Convolution[]
  ).flatMap(convolutionCases),
  {
    name: 'a convolution with more weights than pixels, gradient of the pictures',
    shapes: ([n, h, w]) => [
      [n, 2, 2, 4 * n + h],
      [3, 3, 4 * n + h, w],
    ],
    run: (x, kernel) => tf.grad((p) => tf.square(tf.conv2d(four(p), four(kernel), 1, 1)))(x),
  },
  ...(
    [
      { name: '2×2 pooling', size: 2, stride: 2, pad: 'valid', grown: 3 },
      { name: '3×3 pooling with overlaps', size: 3, stride: 2, pad: 1, grown: 0 },
      { name: '3×3 pooling at every pixel', size: 3, stride: 1, pad: 'same', grown: 0 },
      { name: '2×2 pooling that leaves pixels out', size: 2, stride: 3, pad: 'valid', grown: 2 },
    ] as const
  ).flatMap(({ name, size, stride, pad, grown }): Case[] => {
    const shapes: Case['shapes'] = ([n, h, w, c]) => [[n, h + grown, w + grown, c]];
    const pool = (x: tf.Tensor) => tf.maxPool(four(x), size, stride, pad);
    return [
      { name, shapes, run: pool },
      { name: `${name}, its gradient`, shapes, run: (x) => tf.grad((p) => tf.square(pool(p)))(x) },
      {
        name: `${name}, its gradient at the first of equals`,
        shapes,
        values: (raw) => Math.round(raw),
        run: (x) => tf.grad((p) => pool(p))(x),
      },
    ];
  }),
];

const program = ({ run, dtypes }: Case, shapes: readonly (readonly number[])[], name: string): Program => ({
  name,
  inputs: Object.fromEntries(
    shapes.map((shape, index) => [index.toString(), { shape, dtype: dtypes?.[index] ?? 'float32' }]),
  ),
  run: (_, inputs) => ({ outputs: { result: run(...Object.values(inputs)) }, updates: {} }),
});

function data(shape: readonly number[], dtype: TensorSpec['dtype'], next: () => number) {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, next);
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'uint8':
      return Uint8Array.from(values);
  }
}

describe('a recorded kernel computes what tfjs computes', () => {
  const tried = new Set<string>();
  for (const example of cases) {
    it(example.name, async () => {
      await eagerOracle();
      const dimension = fc.integer({ min: 1, max: 5 });
      await fc.assert(
        fc.asyncProperty(fc.tuple(dimension, dimension, dimension, dimension), fc.nat(), async (d, seed) => {
          const shapes = example.shapes(d);
          const random = numbers(seed);
          const next = () => (example.values ?? ((raw: number) => raw))(random());
          const inputs = Object.fromEntries(
            shapes.map((shape, index) => [index.toString(), data(shape, example.dtypes?.[index] ?? 'float32', next)]),
          );
          const subject = program(example, shapes, example.name);
          // Sums that cancel are as exact as what they are sums of.
          await assertTracedEqualsEager(subject, { initial: {}, calls: [inputs] }, 1e-5, 0.02);
          const tensors = Object.entries(subject.inputs).map(([name, spec]) =>
            tf.tensor(inputs[name] ?? [], [...spec.shape], spec.dtype === 'float32' ? 'float32' : 'int32'),
          );
          const profile = await tf.profile(() => example.run(...tensors));
          for (const kernel of profile.kernelNames) tried.add(kernel);
        }),
        { numRuns: 8 },
      );
    });
  }

  after(() => {
    const untried = Object.keys(lowerings).filter((kernel) => !tried.has(kernel));
    assert.deepEqual(untried, [], 'every kernel of the tracer is tried above');
  });
});

/** Batch normalization with the statistics of the batch, a scale and an offset for each channel. */
function normalizedByBatch(x: tf.Tensor4D): tf.Tensor {
  const mean = vector(tf.mean(x, [0, 1, 2]));
  const variance = vector(tf.sub(tf.mean(tf.square(x), [0, 1, 2]), tf.square(mean)));
  const channels = Array.from({ length: mean.size }, (_, channel) => channel);
  const scale = tf.tensor1d(channels.map((channel) => 1 + channel / 20));
  const offset = tf.tensor1d(channels.map((channel) => channel / 30 - 0.2));
  return tf.add(tf.mul(tf.sub(x, mean), tf.div(scale, tf.sqrt(tf.add(variance, 1e-3)))), offset);
}

describe('a large layer', () => {
  const layers: { name: string; x: number[]; kernel: number[]; run: (x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor }[] =
    [
      {
        name: 'convolution at stride 2',
        x: [32, 40, 30, 16],
        kernel: [5, 5, 16, 2],
        run: (x, kernel) => tf.conv2d(four(x), four(kernel), 2, 2),
      },
      {
        name: 'convolution with windows that leave pixels out',
        x: [64, 41, 40, 16],
        kernel: [3, 2, 16, 3],
        run: (x, kernel) => tf.conv2d(four(x), four(kernel), [2, 3], 'valid'),
      },
      {
        name: 'convolution at stride 1',
        x: [32, 13, 17, 36],
        kernel: [3, 3, 36, 2],
        run: (x, kernel) => tf.conv2d(four(x), four(kernel), 1, 1),
      },
      {
        name: 'convolution of blocks of channels, with a bias',
        x: [64, 7, 5, 16],
        kernel: [3, 3, 16, 32],
        run: (x, kernel) =>
          tf.add(
            tf.conv2d(four(x), four(kernel), [1, 1], 1),
            tf.tensor1d(Array.from({ length: 32 }, (_, channel) => channel / 32)),
          ),
      },
      {
        name: 'convolution of blocks of channels, padded unevenly, with pictures in blocks too',
        x: [48, 6, 5, 32],
        kernel: [5, 3, 32, 16],
        run: (x, kernel) =>
          tf.conv2d(four(x), four(kernel), 1, [
            [0, 0],
            [2, 1],
            [0, 2],
            [0, 0],
          ]),
      },
      {
        name: 'convolution of blocks of channels, rows at stride 2',
        x: [64, 11, 9, 16],
        kernel: [5, 3, 16, 16],
        run: (x, kernel) => tf.relu(tf.conv2d(four(x), four(kernel), [2, 1], 'valid')),
      },
      {
        name: 'residual blocks that stay in blocks of channels, with statistics of the batch',
        x: [16, 8, 6, 16],
        kernel: [3, 3, 16, 16],
        run: (x, kernel) => {
          const layer = (input: tf.Tensor, stride: number) =>
            normalizedByBatch(tf.conv2d(four(input), four(kernel), stride, 1));
          const inner = tf.relu(layer(x, 1));
          const sum = tf.relu(tf.add(layer(inner, 1), inner));
          // A smaller plane, that is not in blocks, meets one that is.
          const half = layer(sum, 2);
          return tf.add(tf.mul(tf.relu(layer(half, 1)), 0.5), tf.sub(tf.neg(half), layer(tf.relu(half), 1)));
        },
      },
      {
        name: 'pooling',
        x: [32, 64, 48, 16],
        kernel: [1],
        run: (x, kernel) => tf.mul(tf.maxPool(four(x), 3, 2, 1), kernel),
      },
    ];
  for (const { name, run, ...shapes } of layers) {
    it(`has the gradients that tfjs computes: ${name}`, async () => {
      const random = numbers(3);
      const inputs = Object.fromEntries(
        Object.entries(shapes).map(([input, shape]) => [input, data(shape, 'float32', random)]),
      );
      const subject: Program = {
        name,
        inputs: Object.fromEntries(
          Object.entries(shapes).map(([input, shape]) => [input, { shape, dtype: 'float32' }]),
        ),
        run: (_, { x = tf.scalar(0), kernel = tf.scalar(0) }) => {
          const [dx = x, dw = kernel] = tf.grads((p, w) => tf.square(run(p, w)))([x, kernel]);
          return { outputs: { dx, dw }, updates: {} };
        },
      };
      await assertTracedEqualsEager(subject, { initial: {}, calls: [inputs] }, 1e-5);
    });
  }
});

describe('what cannot be recorded', () => {
  const attempt = (run: (x: tf.Tensor) => tf.Tensor) =>
    assertTracedEqualsEager(
      {
        name: 'train step',
        inputs: { x: { shape: [2, 2], dtype: 'float32' } },
        run: (_, { x = tf.scalar(0) }) => ({ outputs: { result: run(x) }, updates: {} }),
      },
      { initial: {}, calls: [{ x: Float32Array.of(1, 2, 3, 4) }] },
      1e-5,
    );

  it('is refused by the name of the operation', async () => {
    await assert.rejects(
      attempt((x) => tf.cumsum(x)),
      { message: 'The training step uses the operation Cumsum, which cannot be recorded for ONNX Runtime.' },
    );
  });

  it('is refused when a step reads a value', async () => {
    await assert.rejects(
      attempt((x) => tf.mul(x, x.dataSync()[0] ?? 0)),
      { message: 'The training step uses reading a tensor (dataSync), which cannot be recorded for ONNX Runtime.' },
    );
  });

  it('is refused when a step takes a tensor from outside', async () => {
    await eagerOracle();
    const outside = tf.scalar(2);
    await assert.rejects(
      attempt((x) => tf.mul(x, outside)),
      {
        message: 'The training step uses a tensor made outside the program, which cannot be recorded for ONNX Runtime.',
      },
    );
  });

  it('leaves the tfjs backend as it was, and no tensors behind', async () => {
    await eagerOracle();
    const before = tf.memory().numTensors;
    await assert.rejects(attempt((x) => tf.cumsum(x)));
    assert.equal(tf.getBackend(), 'cpu');
    assert.equal(tf.memory().numTensors, before);
  });
});
