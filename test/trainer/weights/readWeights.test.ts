import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { weightsWords } from '../../../src/core/weightsWords.js';
import { ProblemError } from '../../../src/core/problem.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { encodeSafetensors, type StoredTensor } from '../../../src/node/safetensors/safetensors.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { floatsOfBfloat, floatsOfHalf, halfOfFloats } from '../../../src/trainer/weights/halfFloats.js';
import { resizedPositions } from '../../../src/trainer/weights/positions.js';
import { readWeights } from '../../../src/trainer/weights/readWeights.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const model = createModel(modelSchema.parse({ kind: 'cifar-resnet' }), {
  height: 8,
  width: 8,
  channels: 3,
  classes: 5,
});

/** What PyTorch would write of a network with other values than it begins with. */
function stateDict(): Record<string, StoredTensor> {
  const state = initialState(model, 7);
  return Object.fromEntries(
    stateOf(model).map((spec): [string, StoredTensor] => {
      const data = state[spec.name] ?? new Float32Array();
      const { name, shape } = spec;
      if ('integer' in spec && spec.integer) return [name, { dtype: 'I64', shape, data: BigInt64Array.of(12n) }];
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}

async function loaded(t: TestContext, tensors: Record<string, StoredTensor>) {
  const file = join(await temporaryFolder(t), 'w.safetensors');
  writeFileSync(file, encodeSafetensors(tensors));
  return readWeights(model, { weights: { file }, kind: 'cifar-resnet' });
}

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ProblemError);
  assert.equal(error.problem.code, code);
  assert.match(error.problem.message, message);
  assert.ok(error.problem.fix);
  return true;
};

describe('weights of a file', () => {
  it('are taken by name, counters of whole numbers too', async (t) => {
    const { state, report } = await loaded(t, stateDict());
    const wanted = initialState(model, 7);
    for (const spec of stateOf(model)) {
      const counts = 'integer' in spec && spec.integer;
      assert.deepEqual(state[spec.name], counts ? Float32Array.of(12) : wanted[spec.name], spec.name);
    }
    const loadedAll = { file: 'w.safetensors', loaded: stateOf(model).length };
    assert.deepEqual(report, { ...loadedAll, skipped: [], resized: [], missing: [], prefix: '', naming: null });
  });

  it('may be half floats', async (t) => {
    const tensors = stateDict();
    const [name = ''] = model.head;
    const whole = tensors[name];
    assert.ok(whole?.dtype === 'F32');
    tensors[name] = { ...whole, dtype: 'F16', data: halfOfFloats(whole.data) };
    const { state } = await loaded(t, tensors);
    whole.data.forEach((value, index) => {
      assert.ok(Math.abs((state[name]?.[index] ?? NaN) - value) <= Math.abs(value) * 2 ** -11 + 2 ** -25);
    });
  });

  it('leave out a head for another number of classes, which begins anew, and what training keeps beside them', async (t) => {
    const tensors = stateDict();
    const [weight = '', bias = ''] = model.head;
    tensors[weight] = {
      dtype: 'F32',
      shape: [100, model.featureCount],
      data: new Float32Array(100 * model.featureCount),
    };
    tensors[bias] = { dtype: 'F32', shape: [100], data: new Float32Array(100) };
    tensors['optimizer.momentum_buffer.conv1.weight'] = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
    const { state, report } = await loaded(t, tensors);
    assert.deepEqual(report.missing, [weight, bias]);
    assert.deepEqual(report.skipped, [
      { name: weight, why: 'for 100 classes; there are 5' },
      { name: bias, why: 'for 100 classes; there are 5' },
      { name: 'optimizer.momentum_buffer.conv1.weight', why: 'of its training' },
    ]);
    assert.equal(state[weight], undefined);
    assert.match(
      weightsWords(report),
      /^\d+ tensors of w\.safetensors; left out: .*for 100 classes; there are 5\); left out: optimizer.*; begun anew: /,
    );
  });

  it('are refused where values are no numbers, each tensor named with how many, and only where they are used', async (t) => {
    const tensors = stateDict();
    const spoil = (name: string, ...values: readonly number[]): void => {
      const tensor = tensors[name];
      assert.ok(tensor?.dtype === 'F32');
      tensors[name] = { ...tensor, data: tensor.data.slice() };
      tensors[name].data.set(values);
    };
    spoil('conv1.weight', NaN, 1, Infinity);
    spoil('layer3.2.bn2.running_var', -Infinity);
    await assert.rejects(
      loaded(t, tensors),
      refused(
        'weights-not-finite',
        /^2 tensors .* NaN or infinite: `conv1\.weight` \(2 of 432\), `layer3\.2\.bn2\.running_var` \(1 of 64\)\.$/,
      ),
    );
    const kept = stateDict();
    kept['optimizer.momentum_buffer.fc.bias'] = { dtype: 'F32', shape: [1], data: Float32Array.of(NaN) };
    await loaded(t, kept);
    // Beyond what half precision holds, as an overflowing conversion writes it.
    kept['fc.bias'] = { dtype: 'F16', shape: [5], data: Uint16Array.of(0x7c00, 0, 0, 0, 0) };
    await assert.rejects(loaded(t, kept), refused('weights-not-finite', /`fc\.bias` \(1 of 5\)/));
  });

  it('are refused where a tensor has another shape, both told', async (t) => {
    const tensors = stateDict();
    tensors['conv1.weight'] = { dtype: 'F32', shape: [16, 1, 3, 3], data: new Float32Array(144) };
    const wrong = /`conv1\.weight` has the shape \[16, 1, 3, 3\] in the file, and the network wants \[16, 3, 3, 3\]/;
    await assert.rejects(loaded(t, tensors), refused('weights-shape', wrong));
  });

  it('are refused where a tensor is missing, or holds no weights', async (t) => {
    const { 'conv1.weight': first, ...rest } = stateDict();
    assert.ok(first);
    await assert.rejects(loaded(t, rest), refused('weights-missing', /no tensor `conv1\.weight`/));
    const quantized: StoredTensor = { dtype: 'U8', shape: [16, 3, 3, 3], data: new Uint8Array(432) };
    await assert.rejects(loaded(t, { ...rest, 'conv1.weight': quantized }), refused('weights-type', /type U8/));
  });

  it('are refused where the file is cut short, with what to do', async (t) => {
    const file = join(await temporaryFolder(t), 'w.safetensors');
    const whole = encodeSafetensors(stateDict());
    for (const length of [3, 100, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      const reading = readWeights(model, { weights: { file }, kind: 'cifar-resnet' });
      await assert.rejects(reading, refused('safetensors-damaged', /not a whole safetensors file/));
    }
  });

  it('are refused where the file is not the one that was planned with', async (t) => {
    const file = join(await temporaryFolder(t), 'w.safetensors');
    writeFileSync(file, encodeSafetensors(stateDict()));
    const weights = { file, sha256: 'a'.repeat(64) };
    await assert.rejects(readWeights(model, { weights, kind: 'cifar-resnet' }), refused('weights-changed', /changed/));
  });
});

describe('weights of a vision transformer for pictures of another size', () => {
  const vitFor = (size: number) =>
    createModel(modelSchema.parse({ kind: 'vit', variant: 'ti16', layers: 1, input: { size } }), {
      ...{ height: 32, width: 32, channels: 3, classes: 5 },
    });

  it('have their positions resized, and the report says so', async (t) => {
    const [small, large] = [vitFor(32), vitFor(64)];
    const file = join(await temporaryFolder(t), 'w.safetensors');
    const state = initialState(large, 3);
    const tensors = large.parameters.map(({ name, shape }): [string, StoredTensor] => [
      name,
      { dtype: 'F32', shape, data: state[name] ?? new Float32Array() },
    ]);
    writeFileSync(file, encodeSafetensors(Object.fromEntries(tensors)));
    const read = await readWeights(small, { weights: { file }, kind: 'vit' });
    assert.deepEqual(read.report.resized, [{ name: 'pos_embed', from: '4×4', to: '2×2' }]);
    assert.equal(read.report.loaded, small.parameters.length);
    assert.match(weightsWords(read.report), /; resized: pos_embed from 4×4 to 2×2/);
    const positions = state.pos_embed ?? new Float32Array();
    const wanted = resizedPositions(positions, { from: [4, 4], to: [2, 2], width: 192 });
    assert.deepEqual(read.state.pos_embed, wanted);
    assert.deepEqual(wanted.subarray(0, 192), positions.subarray(0, 192));
  });

  it('are refused where the positions are of no square', async (t) => {
    const small = vitFor(32);
    const file = join(await temporaryFolder(t), 'w.safetensors');
    const state = initialState(small, 3);
    const tensors = Object.fromEntries(
      small.parameters.map(({ name, shape }): [string, StoredTensor] => [
        name,
        { dtype: 'F32', shape, data: state[name] ?? new Float32Array() },
      ]),
    );
    tensors.pos_embed = { dtype: 'F32', shape: [1, 7, 192], data: new Float32Array(7 * 192) };
    writeFileSync(file, encodeSafetensors(tensors));
    await assert.rejects(
      readWeights(small, { weights: { file }, kind: 'vit' }),
      refused('weights-shape', /`pos_embed` has the shape \[1, 7, 192\]/),
    );
  });
});

describe('half floats', () => {
  it('are what IEEE 754 says: every number there and back, ties to even, what is too large infinite', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const back = halfOfFloats(floatsOfHalf(all));
    for (const bits of all) {
      const isNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (!isNaN) assert.equal(back[bits], bits);
    }
    assert.deepEqual(
      halfOfFloats(Float32Array.of(2049, 2051, 65519, 65520, 1e-9)),
      Uint16Array.of(0x6800, 0x6802, 0x7bff, 0x7c00, 0),
    );
    assert.deepEqual(
      floatsOfHalf(Uint16Array.of(0x3555, 0x0001, 0xc000)),
      Float32Array.of(0.333251953125, 2 ** -24, -2),
    );
    assert.deepEqual(floatsOfBfloat(Uint16Array.of(0x3f80, 0xc2f7)), Float32Array.of(1, -123.5));
  });
});
