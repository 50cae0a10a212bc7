import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { onnx } from 'onnx-proto';
import { modelSchema } from '../../src/core/spec/spec.js';
import { encodeSafetensors } from '../../src/node/safetensors/safetensors.js';
import { logitsName } from '../../src/run/folder.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { readRuns, type Run } from '../../src/run/run.js';
import { createModel } from '../../src/trainer/models/create.js';
import { initialState } from '../../src/trainer/models/initialize.js';
import { stateOf } from '../../src/trainer/models/model.js';
import { assertNear } from '../core/near.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { idx } from '../trainer/data/idxFiles.js';
import { toyAnswer, toyModel } from '../trainer/onnxFile/onnxModels.js';
import { runResults } from '../trainer/runResults.js';
import { distillery } from './command.js';

const classes = ['a', 'b', 'c'];
const side = 4;
const examples = { train: 48, test: 12 };

/** Pictures that are their own mirror images: whatever is flipped, a teacher that is asked each time sees the same. */
function picturesOf(n: number): number[] {
  const half = [0, 1];
  return Array.from({ length: n }, (_, picture) =>
    Array.from({ length: side }, (_, row) => {
      const left = half.map((column) => (97 * picture + 53 * row + 31 * column + 7 * picture * row) % 256);
      return [...left, ...left.toReversed()];
    }),
  ).flat(2);
}

const labelsOf = (n: number): number[] => Array.from({ length: n }, (_, index) => (5 * index + (index >> 2)) % 3);

/** An ONNX file of five outputs, whose metadata names them as exporters of Ultralytics do. */
function namedOnnx(): Uint8Array {
  const model = onnx.ModelProto.decode(toyModel({ shape: ['batch', 1, side, side], classes: 5 }).bytes);
  model.metadataProps = [
    onnx.StringStringEntryProto.create({ key: 'names', value: "{0: 'cat', 1: 'bee', 2: 'ant', 3: 'dog', 4: 'bug'}" }),
  ];
  return onnx.ModelProto.encode(model).finish();
}

/** A network of four outputs, in a file of weights. */
function fourOutputs(): Uint8Array {
  const model = createModel(modelSchema.parse({ kind: 'mlp', hidden: [6] }), {
    height: side,
    width: side,
    channels: 1,
    classes: 4,
  });
  const state = initialState(model, 5);
  const tensors = stateOf(model).map(
    ({ name, shape }) => [name, { dtype: 'F32', shape, data: state[name] ?? new Float32Array() }] as const,
  );
  return encodeSafetensors(Object.fromEntries(tensors));
}

const experiment = ({ name, flip }: { name: string; flip: boolean }) => ({
  name,
  data: {
    dataset: 'idx',
    train: { images: 'train-images', labels: 'train-labels' },
    test: { images: 'test-images', labels: 'test-labels' },
    classes,
  },
  teacher: [
    {
      name: 'by metadata',
      model: {
        kind: 'onnx',
        file: 'five.onnx',
        input: { mean: [0], std: [1] },
        classes: { a: 'ant', b: ['bee', 'bug'], c: 0 },
      },
    },
    {
      name: 'by a list in a file',
      model: { kind: 'mlp', hidden: [6], classes: 'names.txt' },
      weights: 'four.safetensors',
      trainable: 'none',
    },
  ],
  student: {
    model: { kind: 'mlp', hidden: [8] },
    train: { epochs: 3, batchSize: 16, augment: { flip } },
  },
  // Such networks know nothing of these pictures.
  distill: { loss: 'hinton', temperature: 3, alpha: 0.7, doubtfulTeacher: 'accept' },
  engine: 'onnx/cpu',
});

describe('an ensemble of teachers that know other classes, each in its own way', () => {
  it('teaches the same where it is asked in every step as where its answers are stored', async (t) => {
    const folder = await temporaryFolder(t);
    const write = (name: string, contents: Uint8Array | string): Promise<void> =>
      writeFile(join(folder, name), contents);
    for (const split of ['train', 'test'] as const) {
      const n = examples[split];
      await write(`${split}-images`, idx(0x803, [n, side, side], picturesOf(n)));
      await write(`${split}-labels`, idx(0x801, [n], labelsOf(n)));
    }
    await write('five.onnx', namedOnnx());
    await write('four.safetensors', fourOutputs());
    await write('names.txt', 'c\nsomething else\nb\na\n');
    for (const [name, flip] of [
      ['stored', false],
      ['asked', true],
    ] as const) {
      await write(`${name}.distill.json`, JSON.stringify(experiment({ name, flip })));
      const { code, stderr } = await distillery(['run', `${name}.distill.json`, '--runs', 'runs'], { cwd: folder });
      assert.equal(code, 0, stderr);
    }
    const runs = (await readRuns(join(folder, 'runs'))).filter((run): run is Run => run.kind === 'run');
    const student = (flip: boolean): Run => {
      const found = runs.find(({ record: { spec } }) => spec.teachers.length === 2 && spec.train.augment.flip === flip);
      assert.ok(found !== undefined);
      return found;
    };
    const [stored, asked] = [await runResults(student(false).folder), await runResults(student(true).folder)];
    assertNear(asked.loss, stored.loss, { tolerance: 1e-5, what: 'losses' });

    const teacher = runs.find(({ record }) => record.spec.name === 'by metadata');
    assert.ok(teacher !== undefined);
    const found = await readLogits(join(teacher.folder.path, logitsName({ split: 'test', epoch: 0 })));
    const pixels = picturesOf(examples.test).map((value) => value / 255);
    const expected = Array.from({ length: examples.test }, (_, picture) => {
      const own = pixels.slice(picture * side * side, (picture + 1) * side * side);
      const [cat = NaN, bee = NaN, ant = NaN, , bug = NaN] = toyAnswer(own, { classes: 5, asked: 'logits' });
      return [ant, Math.log(Math.exp(bee) + Math.exp(bug)), cat];
    });
    assertNear(found.logits, Float32Array.from(expected.flat()), { tolerance: 1e-4, what: 'logits of the ONNX file' });
  });
});
