import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { modelSchema, trainSchema, type ModelSpec, type RunSpec } from '../../../src/core/spec/spec.js';
import type { AnswerKind } from '../../../src/data/cache/answers.js';
import { encodeSafetensors } from '../../../src/node/safetensors/safetensors.js';
import { AnswerStore } from '../../../src/trainer/answers/answerStore.js';
import type { Dataset, Split } from '../../../src/trainer/data/dataset.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { Backbone } from '../../../src/trainer/networks/backbone.js';
import type { NetworkContext } from '../../../src/trainer/networks/context.js';
import { Pictures } from '../../../src/trainer/networks/pictures.js';
import { sharedAt } from '../../run/opened.js';
import { sampleSpec } from '../../run/sample.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const picture = { height: 4, width: 4, channels: 1, classes: 3 };

const split = (begin: number): Split => ({
  images: Uint8Array.from({ length: 2 * 16 }, (_, index) => (begin + 7 * index) % 256),
  labels: Int32Array.of(0, 2),
});

function dataset(test: Split): Dataset {
  const { height, width, channels } = picture;
  const classes = ['a', 'b', 'c'];
  return { name: 'toy', height, width, channels, classes, train: split(1), validation: split(2), test };
}

const mlp = (more: object = {}): ModelSpec => modelSchema.parse({ kind: 'mlp', hidden: [5], ...more });

/** Weights of a network in a file. */
async function weightsOf(t: TestContext, seed: number): Promise<string> {
  const file = join(await temporaryFolder(t), 'w.safetensors');
  const model = createModel(mlp(), picture);
  const state = initialState(model, seed);
  const tensors = stateOf(model).map(
    ({ name, shape }) => [name, { dtype: 'F32', shape, data: state[name] ?? new Float32Array() }] as const,
  );
  writeFileSync(file, encodeSafetensors(Object.fromEntries(tensors)));
  return file;
}

interface Asked extends Partial<RunSpec> {
  readonly test?: Split;
  readonly kind?: AnswerKind;
}

/** Asks a frozen network about the test pictures, with the answers kept in a folder; returns them. */
async function asked(
  folder: string,
  { model = mlp(), test = split(3), kind = 'features', ...settings }: Asked,
): Promise<number[]> {
  const store = new AnswerStore({
    cache: sharedAt(folder),
    note: (text) => assert.fail(text),
    onProgress: () => () => undefined,
  });
  // All settings of a run are at hand, those that decide nothing too.
  const spec = sampleSpec({ ...settings, model });
  const context: NetworkContext = {
    engine: new OnnxEngine({ threads: 1 }),
    threads: 1,
    picture,
    pictures: new Pictures(dataset(test), 'toy'),
    store,
    note: () => undefined,
    warn: ({ message }) => assert.fail(message),
  };
  return [...(await (await new Backbone(spec, kind, context).rows('test')).all())];
}

describe('what a frozen network says is kept under all that decides it', () => {
  const changes: Record<string, Asked> = {
    'another seed': { seed: 1 },
    'another network of the same seed': { model: mlp({ hidden: [6] }) },
    'another preprocessing': { model: mlp({ input: { mean: [0.3], std: [0.5] } }) },
    'other pictures': { test: split(90) },
    'pictures that were hashed already': { test: { ...split(3), sha256: 'f'.repeat(64) } },
    'logits in place of features': { kind: 'logits' },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`and not under ${what}`, async (t) => {
      const folder = await temporaryFolder(t);
      const first = await asked(folder, {});
      assert.deepEqual(await asked(folder, {}), first);
      assert.equal(readdirSync(folder).length, 1, 'the same is found again');
      await asked(folder, change);
      assert.equal(readdirSync(folder).length, 2);
    });
  }

  it('weights by what is in their file, and not by their seed or where it lies', async (t) => {
    const folder = await temporaryFolder(t);
    const ask = (file: string, seed: number): Promise<number[]> => asked(folder, { weights: { file }, seed });
    const answers = await ask(await weightsOf(t, 1), 0);
    assert.deepEqual(await ask(await weightsOf(t, 1), 5), answers);
    assert.equal(readdirSync(folder).length, 1);
    assert.notDeepEqual(await ask(await weightsOf(t, 2), 0), answers);
    assert.equal(readdirSync(folder).length, 2);
  });

  it('and not under how it would be trained, called, or of what it would learn', async (t) => {
    const folder = await temporaryFolder(t);
    const weights = { file: await weightsOf(t, 1) };
    const answers = await asked(folder, { weights });
    const others: Partial<RunSpec>[] = [
      { seed: 7 },
      { train: trainSchema.parse({ epochs: 99, batchSize: 3, optimizer: { kind: 'adam' } }) },
      { name: 'another', role: 'teacher', distill: null },
      { trainable: 'head' },
    ];
    for (const other of others) assert.deepEqual(await asked(folder, { weights, ...other }), answers);
    assert.equal(readdirSync(folder).length, 1);
  });
});
