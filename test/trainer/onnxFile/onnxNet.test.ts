import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { onnx } from 'onnx-proto';
import { ProblemError, problemOf } from '../../../src/core/problem.js';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import type { PictureShape } from '../../../src/trainer/models/model.js';
import type { OnnxSpec } from '../../../src/trainer/onnxFile/interface.js';
import { cutBeforeHead } from '../../../src/trainer/onnxFile/cut.js';
import { openOnnxNet } from '../../../src/trainer/onnxFile/onnxNet.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { hidden, toyAnswer, toyModel, type ToyModel } from './onnxModels.js';

const picture: PictureShape = { height: 3, width: 2, channels: 1, classes: 4 };
const plain = { mean: [0], std: [1] };

interface Asked {
  readonly settings?: object;
  readonly asked?: 'logits' | 'features';
  readonly shape?: PictureShape;
}

async function opened(
  t: TestContext,
  model: ToyModel,
  { settings = {}, asked = 'logits', shape = picture }: Asked = {},
) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'toy.onnx');
  const { bytes, companionBytes } = toyModel(model);
  writeFileSync(file, bytes);
  if (model.companion !== undefined) writeFileSync(join(folder, model.companion), companionBytes);
  const net = await openOnnxNet(onnxSpec(file, settings), {
    asked,
    picture: shape,
    engine: new OnnxEngine({ threads: 1 }),
    threads: 1,
    batchSize: 2,
  });
  t.after(() => net.dispose());
  return { net };
}

function onnxSpec(file: string, settings: object): OnnxSpec {
  const spec = modelSchema.parse({ kind: 'onnx', file, input: plain, ...settings });
  assert.ok(spec.kind === 'onnx');
  return spec;
}

/** Two grey pictures of 3×2 pixels. */
const pixels = [
  [0, 50, 100, 150, 200, 250],
  [10, 20, 30, 40, 50, 60],
];
const images = Uint8Array.from(pixels.flat());
const scaled = pixels.map((each) => each.map((pixel) => pixel / 255));

function assertRows(found: Float32Array, wanted: readonly number[][], tolerance = 1e-5): void {
  wanted.flat().forEach((value, index) => {
    assert.ok(Math.abs((found[index] ?? NaN) - value) < tolerance, `${index}: ${found[index]}, expected ${value}`);
  });
  assert.equal(found.length, wanted.flat().length);
}

describe('an ONNX file', () => {
  it('answers as its own weights say, scaled as the experiment says', async (t) => {
    const { net } = await opened(t, {}, { settings: { input: { mean: [0.5], std: [0.25] } } });
    const own = scaled.map((each) =>
      toyAnswer(
        each.map((x) => (x - 0.5) / 0.25),
        { asked: 'logits' },
      ),
    );
    assertRows(await net.answer(images), own);
    assert.equal(net.width, 4);
  });

  it('is cut before its classifier, which is found by itself, behind a softmax too', async (t) => {
    for (const probabilities of [false, true]) {
      const { net } = await opened(t, { probabilities }, { asked: 'features' });
      assert.equal(net.width, hidden);
      assertRows(
        await net.answer(images),
        scaled.map((each) => toyAnswer(each, { asked: 'features' })),
      );
    }
  });

  it('is cut where the experiment says', async (t) => {
    const { net } = await opened(t, {}, { asked: 'features', settings: { features: 'flat' } });
    assertRows(await net.answer(images), scaled);
  });

  it('takes half floats, and bytes as they are', async (t) => {
    const half = await opened(t, { element: 'float16' });
    assertRows(
      await half.net.answer(images),
      scaled.map((each) => toyAnswer(each, { asked: 'logits' })),
      2e-3,
    );
    const bytes = await opened(t, { element: 'uint8' }, { settings: { input: { mean: [0.5], std: [0.5] } } });
    assertRows(
      await bytes.net.answer(images),
      pixels.map((each) => toyAnswer(each, { asked: 'logits' })),
      1e-3,
    );
  });

  it('keeps to a batch that it fixes', async (t) => {
    const { net } = await opened(t, { shape: [1, 1, 3, 2] });
    assert.equal(net.batchSize, 1);
    assertRows(await net.answer(images.subarray(6)), [toyAnswer(scaled[1] ?? [], { asked: 'logits' })]);
  });

  it('is given colours in the order of its layout, found by the shape of its input or said', async (t) => {
    const coloured: PictureShape = { height: 1, width: 2, channels: 3, classes: 4 };
    const bytes = Uint8Array.of(255, 0, 51, 102, 153, 204, 0, 0, 0, 0, 0, 0);
    const interleaved = [1, 0, 0.2, 0.4, 0.6, 0.8];
    const planes = [1, 0.4, 0, 0.6, 0.2, 0.8];
    const last = await opened(t, { shape: ['n', 1, 2, 3] }, { shape: coloured });
    assertRows((await last.net.answer(bytes)).subarray(0, 4), [toyAnswer(interleaved, { asked: 'logits' })]);
    const first = await opened(t, { shape: ['n', 3, 1, 2] }, { shape: coloured });
    assertRows((await first.net.answer(bytes)).subarray(0, 4), [toyAnswer(planes, { asked: 'logits' })]);
    const said = await opened(t, { shape: ['n', 3, 1, 2] }, { shape: coloured, settings: { layout: 'NCHW' } });
    assertRows((await said.net.answer(bytes)).subarray(0, 4), [toyAnswer(planes, { asked: 'logits' })]);
  });

  it('looks at each operation once: a chain that doubles the work with each, a circle, and one that makes itself', () => {
    const add = (from: string, to: string): onnx.INodeProto => ({ opType: 'Add', input: [from, from], output: [to] });
    const same = (from: string, to: string): onnx.INodeProto => ({ opType: 'Identity', input: [from], output: [to] });
    const graphs: Record<string, onnx.INodeProto[]> = {
      chain: [
        ...Array.from({ length: 60 }, (_, at) => add(at === 0 ? 'x' : at.toString(), (at + 1).toString())),
        same('60', 'y'),
      ],
      circle: [same('y', 'a'), same('a', 'y')],
      itself: [same('x', 'y'), same('y', 'y')],
    };
    for (const [name, node] of Object.entries(graphs)) {
      const type = { tensorType: { elemType: onnx.TensorProto.DataType.FLOAT } };
      const graph = { node, input: [{ name: 'x', type }], output: [{ name: 'y', type }] };
      const bytes = onnx.ModelProto.encode({ irVersion: 8, graph }).finish();
      assert.throws(
        () => cutBeforeHead(bytes, { file: 'toy.onnx', output: null, features: null }),
        (error: unknown) => problemOf(error).code === 'onnx-features',
        name,
      );
    }
  });

  it('is cut without the weights of its classifier', () => {
    const { bytes } = toyModel({});
    const cut = cutBeforeHead(bytes, { file: 'toy.onnx', output: null, features: null });
    const names = onnx.ModelProto.decode(cut.bytes).graph?.initializer?.map(({ name }) => name);
    assert.deepEqual([cut.features, names], ['hidden', ['w1', 'b1']]);
  });

  it('is used as it is where its output has more axes of length 1, and cut where it should be', async (t) => {
    const { net } = await opened(t, { fourAxes: true });
    assertRows(
      await net.answer(images),
      scaled.map((each) => toyAnswer(each, { asked: 'logits' })),
    );
    const cut = await opened(t, { fourAxes: true }, { asked: 'features' });
    assert.equal(cut.net.width, hidden);
  });

  it('gives its only output of numbers, whatever labels and maps are beside it', async (t) => {
    const { net } = await opened(t, { label: true });
    assert.equal(net.width, 4);
    const cut = await opened(t, { label: true }, { asked: 'features' });
    assert.equal(cut.net.width, hidden);
    const named = opened(t, { label: true }, { settings: { output: 'label' } });
    await assert.rejects(named, (error) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.problem.code, 'onnx-output-type');
      assert.match(
        `${error.problem.message} ${error.problem.fix ?? ''}`,
        /label of the answer alone.*"output": "logits"/,
      );
      return true;
    });
  });

  it('is not cut where two branches are added up at its end, which would be half a network', () => {
    const model = onnx.ModelProto.decode(toyModel({}).bytes);
    const nodes = model.graph?.node ?? [];
    const last = nodes.at(-1);
    assert.ok(last !== undefined);
    last.output = ['one'];
    nodes.push({ ...last, output: ['other'] }, { opType: 'Add', input: ['one', 'other'], output: ['logits'] });
    const bytes = onnx.ModelProto.encode(model).finish();
    assert.throws(
      () => cutBeforeHead(bytes, { file: 'toy.onnx', output: null, features: null }),
      (error) => error instanceof ProblemError && error.problem.code === 'onnx-features',
    );
  });

  it('finds the file that keeps its weights, whole and cut', async (t) => {
    const companion = 'weights.bin';
    const whole = await opened(t, { companion });
    assertRows(
      await whole.net.answer(images),
      scaled.map((each) => toyAnswer(each, { asked: 'logits' })),
    );
    const cut = await opened(t, { companion }, { asked: 'features' });
    assertRows(
      await cut.net.answer(images),
      scaled.map((each) => toyAnswer(each, { asked: 'features' })),
    );
  });
});

describe('an ONNX file that cannot be used is named, with what to do', () => {
  const refuses = async (
    work: Promise<unknown>,
    { code, message, fix }: { code: string; message: RegExp; fix: RegExp },
  ) => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof ProblemError, String(error));
      assert.equal(error.problem.code, code, error.problem.message);
      assert.match(error.problem.message, message);
      assert.match(error.problem.fix ?? '', fix);
      assert.match(error.problem.place?.file ?? '', /\.onnx$/);
      return true;
    });
  };

  it('several outputs and none named', async (t) => {
    const problem = {
      code: 'onnx-outputs',
      message: /2 outputs of numbers: `logits`, `hidden`/,
      fix: /holds the logits, as "output": "logits"/,
    };
    await refuses(opened(t, { twoOutputs: true }), problem);
    const { net } = await opened(t, { twoOutputs: true }, { settings: { output: 'logits' } });
    assert.equal(net.width, 4);
    const misspelt = opened(t, { twoOutputs: true }, { settings: { output: 'logit' } });
    await refuses(misspelt, { code: 'onnx-outputs', message: /no output `logit`/, fix: /Did you mean `logits`/ });
  });

  it('a layout that its input does not tell', async (t) => {
    const open = opened(t, { shape: ['n', 'a', 'b', 'c'] });
    await refuses(open, { code: 'onnx-layout', message: /cannot be told/, fix: /"layout": "NCHW"/ });
  });

  it('an operator set that is not known yet', async (t) => {
    await refuses(opened(t, { opset: 99 }), { code: 'onnx-opset', message: /99/, fix: /opset_version/ });
  });

  it('another number of channels', async (t) => {
    const shape = { ...picture, channels: 3 };
    await refuses(opened(t, {}, { shape }), {
      code: 'onnx-channels',
      message: /1 channels.*have 3/,
      fix: /same number/,
    });
  });

  it('means for other channels than it has', async (t) => {
    const settings = { input: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2] } };
    const problem = { code: 'onnx-channels', message: /for 3 channels.*wants pictures of 1/, fix: /"mean": \[0\.5\]/ };
    await refuses(opened(t, {}, { settings }), problem);
  });

  it('a size that it does not take', async (t) => {
    const settings = { input: { ...plain, size: 5 } };
    await refuses(opened(t, {}, { settings }), {
      code: 'onnx-size',
      message: /3×2.*says 5×5/,
      fix: /Leave `size` out/,
    });
  });

  it('a tensor of another name, for its features', async (t) => {
    const settings = { features: 'hiden' };
    const open = opened(t, {}, { settings, asked: 'features' });
    await refuses(open, { code: 'onnx-features', message: /no operation|No operation/, fix: /Did you mean `hidden`/ });
  });

  it('no ONNX file at all, and weights that are not beside it', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'text.onnx');
    writeFileSync(file, 'Not found. Sign in to download.');
    const options = {
      picture,
      engine: new OnnxEngine({ threads: 1 }),
      threads: 1,
      batchSize: 2,
    };
    for (const asked of ['logits', 'features'] as const) {
      const open = openOnnxNet(onnxSpec(file, {}), { ...options, asked });
      await refuses(open, { code: 'onnx-not-a-model', message: /^(?!.*text\.onnx)/, fix: /file that was exported/ });
    }
    const lonely = join(folder, 'lonely.onnx');
    writeFileSync(lonely, toyModel({ companion: 'gone.bin' }).bytes);
    const open = openOnnxNet(onnxSpec(lonely, {}), { ...options, asked: 'logits' });
    await refuses(open, { code: 'onnx-external', message: /gone\.bin/, fix: /beside it/ });
  });

  it('other contents than the run was planned with', async (t) => {
    const open = opened(t, {}, { settings: { sha256: '0'.repeat(64) } });
    await refuses(open, { code: 'onnx-changed', message: /have changed/, fix: /run the experiment again/ });
  });
});
