import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { modelSchema, type ModelSpec } from '../../../src/core/spec/spec.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { stateOf, type BufferSpec, type ParameterSpec } from '../../../src/trainer/models/model.js';
import { headModel } from '../../../src/trainer/networks/head.js';

type Variant<Kind extends ModelSpec['kind'], Key extends string> =
  Extract<ModelSpec, { kind: Kind }> extends Record<Key, infer Value extends string | number> ? Value : never;

/** Every network that an experiment can name and that is begun here: a new one does not compile without its row. */
const depths: Record<Variant<'resnet', 'depth'>, true> = { 18: true, 34: true, 50: true };
const cifarResnets: Record<Variant<'cifar-resnet', 'variant'>, true> = {
  ...{ resnet20: true, resnet32: true, resnet56: true, resnet8x4: true, resnet32x4: true },
};
const transformers: Record<Variant<'vit', 'variant'>, true> = { b16: true, s16: true, ti16: true };
const named: Record<Exclude<ModelSpec['kind'], 'onnx'>, readonly object[]> = {
  mlp: [{ kind: 'mlp', hidden: [30, 20] }],
  convnet: [{ kind: 'convnet', channels: [8, 16], hidden: [20] }],
  resnet: Object.keys(depths).map((depth) => ({ kind: 'resnet', depth: Number(depth) })),
  'cifar-resnet': Object.keys(cifarResnets).map((variant) => ({ kind: 'cifar-resnet', variant })),
  vit: Object.keys(transformers).map((variant) => ({ kind: 'vit', variant })),
};

/** How PyTorch, torchvision and timm begin every tensor (record_beginnings.py). */
const distribution = z.enum(['constant', 'uniform', 'normal']);
const recorded = z
  .array(
    z.object({
      spec: z.record(z.string(), z.unknown()),
      tensors: z.array(z.tuple([z.string(), z.int(), distribution, z.number()])),
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/beginnings.json', 'utf8')));

type Beginning = (typeof recorded)[number]['tensors'][number];
type TensorSpec = ParameterSpec | BufferSpec;

const classes = 10;
const picture = { height: 32, width: 32, channels: 3, classes };

/** Values that a tensor is judged by: of a large one the first, of a small one those of several seeds. */
const most = 2 ** 14;
const fewest = 2 ** 13;

function valuesOf(spec: TensorSpec): Float32Array {
  const size = sizeOf(spec.shape);
  // A value depends on seed, name and place alone, so those of a part are those of the whole.
  const part = { ...spec, shape: [Math.min(size, most)] };
  const seeds = spec.initial.kind === 'constant' ? 1 : Math.ceil(fewest / Math.min(size, fewest));
  const drawn = Array.from(
    { length: seeds },
    (_, seed) => initialState({ parameters: [part], buffers: [] }, seed + 1)[spec.name] ?? new Float32Array(),
  );
  const count = sizeOf(part.shape);
  const values = new Float32Array(seeds * count);
  for (const [index, some] of drawn.entries()) values.set(some, index * count);
  return values;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Moments of the two distributions of width 1, and how far the largest of very many values lies. */
const shapes = {
  uniform: { deviation: 1 / Math.sqrt(3), kurtosis: 1.8, eighthMoment: 9, largest: 1 },
  normal: { deviation: 1, kurtosis: 3, eighthMoment: 105, largest: 6 },
} as const;

/**
 * How many standard errors mean, deviation and kurtosis of drawn values are from those of a distribution, the farthest.
 * The shape is what tells a uniform from a normal distribution of one deviation.
 */
function standardErrors(values: Float32Array, kind: keyof typeof shapes, parameter: number): number {
  const { deviation, kurtosis, eighthMoment, largest } = shapes[kind];
  const n = values.length;
  const standard = Float64Array.from(values, (value) => value / (parameter * deviation));
  const mean = (power: number): number => standard.reduce((sum, value) => sum + value ** power, 0) / n;
  const error = (found: number, { expected, variance }: { expected: number; variance: number }): number =>
    Math.abs(found - expected) / Math.sqrt(variance / n);
  const farthest = values.reduce((far, value) => Math.max(far, Math.abs(value)), 0) / parameter;
  // A bound holds to the rounding of single precision, in which the values are kept.
  assert.ok(farthest <= largest * (1 + 2 ** -23), `a value at ${farthest} of the parameter of the distribution`);
  return Math.max(
    error(mean(1), { expected: 0, variance: 1 }),
    error(mean(2), { expected: 1, variance: kurtosis - 1 }),
    error(mean(4), { expected: kurtosis, variance: eighthMoment - kurtosis ** 2 }),
  );
}

/** @returns how far it is at most, in standard errors; 0 for constants */
function compare(spec: TensorSpec, [, , kind, parameter]: Beginning): number {
  const values = valuesOf(spec);
  if (kind !== 'constant') return standardErrors(values, kind, parameter);
  assert.ok(
    values.every((value) => value === parameter),
    `${spec.name} begins at ${values[0] ?? NaN}, and PyTorch's at ${parameter}`,
  );
  return 0;
}

const titleOf = (spec: object): string => Object.values(spec).join(' ');

describe('every network begins as PyTorch, torchvision and timm begin it', () => {
  it('and each that an experiment can name was recorded', () => {
    assert.deepEqual(
      Object.values(named).flat().map(titleOf),
      recorded.map(({ spec }) => titleOf(spec)),
    );
  });

  for (const { spec, tensors } of recorded) {
    it(`${titleOf(spec)}: all its tensors, in mean, deviation and shape`, (t) => {
      const parsed = modelSchema.parse(spec);
      const model = createModel(parsed, picture);
      const state = new Map(stateOf(model).map((each) => [each.name, each]));
      assert.deepEqual([...state.keys()].sort(), tensors.map(([name]) => name).sort());
      const errors = tensors.map((beginning): { name: string; far: number } => {
        const [name] = beginning;
        const ours = state.get(name);
        assert.ok(ours !== undefined);
        return { name, far: compare(ours, beginning) };
      });
      const farthest = errors.reduce((a, b) => (b.far > a.far ? b : a));
      t.diagnostic(`${tensors.length} tensors, ${farthest.far.toFixed(2)} standard errors at most (${farthest.name})`);
      // Of a thousand such numbers one is beyond 3.3 by chance; a deviation of 5 % gives more than 6.
      assert.ok(farthest.far < 4.5, `${farthest.name} is ${farthest.far} standard errors away`);
    });

    it(`${titleOf(spec)}: its head alone, as it is begun anew on weights of a file`, () => {
      const parsed = modelSchema.parse(spec);
      const { featureCount, head } = createModel(parsed, picture);
      const { parameters } = headModel(parsed, { picture, featureCount });
      const beginnings = tensors.filter(([name]) => head.includes(name));
      assert.deepEqual(
        parameters.map(({ name, shape }) => [name, sizeOf(shape)]),
        beginnings.map(([name, size]) => [name, size]),
      );
      parameters.forEach((parameter, index) => {
        const beginning = beginnings[index];
        assert.ok(beginning !== undefined && compare(parameter, beginning) < 4.5, parameter.name);
      });
    });
  }

  it('and the head on an ONNX file as `nn.Linear`', () => {
    const spec = modelSchema.parse({ kind: 'onnx', file: 'any.onnx' });
    const featureCount = 50;
    const { parameters } = headModel(spec, { picture, featureCount });
    for (const parameter of parameters) {
      const far = compare(parameter, [parameter.name, sizeOf(parameter.shape), 'uniform', 1 / Math.sqrt(featureCount)]);
      assert.ok(far < 4.5, parameter.name);
    }
  });
});
