import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { encodeSafetensors } from '../../src/node/safetensors/safetensors.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { idx } from '../trainer/data/idxFiles.js';
import { writePictureFolder } from '../trainer/data/pictureFolder.js';
import { toyModel } from '../trainer/onnxFile/onnxModels.js';
import { distillery } from './command.js';

const mlp = { model: { kind: 'mlp', hidden: [8] }, train: { epochs: 1 } };
const mnist = { dataset: 'mnist', limit: { train: 256, test: 100 } };
const base = { name: 'checked', data: mnist, teacher: mlp, student: mlp };

/** An experiment in a folder of its own, beside what it names. */
interface Case {
  readonly what: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly files?: (folder: string) => unknown;
  /** What is said, in the order of the text: path and message. */
  readonly says: readonly RegExp[];
}

const withModel = (model: object, train: object = {}) => ({ student: { model, train: { epochs: 1, ...train } } });
const pair = (images: string, labels: string) => ({ images, labels });
const idxData = { dataset: 'idx', train: pair('train', 'train-labels'), test: pair('test', 'test-labels') };
const linear = (outputs: number, inputs: number) => ({
  'fc1.weight': { dtype: 'F32' as const, shape: [outputs, inputs], data: new Float32Array(outputs * inputs) },
});

const cases: readonly Case[] = [
  {
    what: 'a data set that was not fetched',
    settings: { data: { dataset: 'cifar10' } },
    says: [/ data\.dataset: .*A file of the data set cifar10 is not there\.\n {2}.*distillery data fetch cifar10/],
  },
  {
    what: 'every IDX file that is damaged, beside one that is missing',
    settings: { data: idxData },
    files: (folder) => {
      writeFileSync(join(folder, 'train'), idx(0x803, [2, 1, 1], [0, 1, 2]));
      writeFileSync(join(folder, 'train-labels'), idx(0x801, [2], [0, 1]));
      writeFileSync(join(folder, 'test'), 'no picture');
    },
    says: [
      / data\.train\.images: .*train: /,
      / data\.test\.images: .*test: /,
      / data\.test\.labels: There is no file .*test-labels/,
    ],
  },
  {
    what: 'a folder with one class only',
    settings: { data: { dataset: 'images', folder: 'pictures' } },
    files: (folder) => writePictureFolder(join(folder, 'pictures'), { classes: ['a'], train: 2, test: 1 }),
    says: [/ data\.folder: .*only the class/],
  },
  {
    what: 'a picture that cannot be decoded',
    settings: { data: { dataset: 'images', folder: 'pictures' }, ...withModel(mlp.model, { batchSize: 2 }) },
    files: async (folder) => {
      await writePictureFolder(join(folder, 'pictures'), { classes: ['a', 'b'], train: 40, test: 1 });
      writeFileSync(join(folder, 'pictures', 'test', 'b', '0.jpg'), 'no picture');
    },
    says: [/ data\.folder: .*0\.jpg/],
  },
  {
    what: 'a validation set that leaves nothing to train on',
    settings: { data: { ...mnist, validation: 60_000 } },
    says: [/ data\.validation: 60000 examples are to be held out/],
  },
  {
    what: 'batches larger than the training set, of each role',
    settings: {
      teacher: { ...mlp, train: { batchSize: 300 } },
      student: { ...mlp, train: { batchSize: 400 } },
    },
    says: [/ teacher\.train\.batchSize: .*one batch of 300/, / student\.train\.batchSize: .*one batch of 400/],
  },
  {
    what: 'patches that do not fill the pictures, for each value of a sweep',
    settings: { ...withModel({ kind: 'vit', layers: 1 }), sweep: { 'student.model.patch': [14, 15, 16, 17] } },
    says: [/ sweep\["student\.model\.patch"\]\[1\]: Patches of 15×15/, /\]\[3\]: Patches of 17×17/],
  },
  {
    what: 'pictures too small for a network, and channels that they do not have',
    settings: {
      teacher: [mlp, { model: { kind: 'convnet', channels: [4, 4, 4, 4, 4] } }],
      ...withModel({ kind: 'mlp', input: { mean: [0.5, 0.5], std: [1, 1, 1] } }),
    },
    says: [/ teacher\[1\]\.model\.channels: A convnet of 5 blocks/, / student\.model\.input\.mean: /],
  },
  {
    what: 'a network beyond all memory',
    settings: withModel({ kind: 'mlp', hidden: [4_000_000, 4_000_000] }),
    says: [/ student\.model: The network has 16,003,184,000,010 parameters/],
  },
  {
    what: 'a batch with one value a channel',
    settings: withModel({ kind: 'resnet', depth: 18 }, { batchSize: 1 }),
    says: [/ student\.train\.batchSize: Batch normalization .* finds a single value/],
  },
  {
    what: 'weights that are none, and those of another network',
    settings: {
      teacher: { ...mlp, weights: 'notes.safetensors' },
      student: { ...mlp, weights: 'other.safetensors' },
    },
    files: (folder) => {
      writeFileSync(join(folder, 'notes.safetensors'), 'These are the weights of Tuesday.');
      writeFileSync(join(folder, 'other.safetensors'), encodeSafetensors(linear(3, 5)));
    },
    says: [/ teacher\.weights: .*notes\.safetensors/, / student\.weights: .*other\.safetensors/],
  },
  {
    what: 'an ONNX file that is none, and one for other classes',
    settings: {
      teacher: [
        { model: { kind: 'onnx', file: 'text.onnx' } },
        { model: { kind: 'onnx', file: 'four.onnx', input: { mean: [0.5], std: [0.5] } } },
      ],
    },
    files: (folder) => {
      writeFileSync(join(folder, 'text.onnx'), 'no model');
      writeFileSync(join(folder, 'four.onnx'), toyModel({ shape: ['batch', 1, 28, 28], classes: 4 }).bytes);
    },
    says: [/ teacher\[0\]\.model\.file: .*text\.onnx/, / teacher\[1\]\.model\.file: .*four\.onnx.* 4 classes/],
  },
  {
    what: 'a file that is missing, beside a setting that is wrong',
    settings: { teacher: { ...mlp, weights: 'gone.safetensors' }, distill: { temprature: 4, alpha: 9 } },
    says: [/ teacher\.weights: There is no file .*gone\.safetensors/, / distill\.temprature: /, / distill\.alpha: /],
  },
  {
    what: 'loaded heads for other classes than a folder of pictures has, with the line to add where they may be among them',
    settings: {
      data: { dataset: 'images', folder: 'pictures' },
      teacher: [
        { ...mlp, weights: 'five.safetensors', trainable: 'none' },
        { ...mlp, weights: 'two.safetensors', trainable: 'none' },
      ],
      student: { ...mlp, train: { epochs: 1, batchSize: 2 } },
    },
    files: async (folder) => {
      await writePictureFolder(join(folder, 'pictures'), { classes: ['a', 'b', 'c'], train: 2, test: 1 });
      for (const [name, outputs] of [
        ['five', 5],
        ['two', 2],
      ] as const) {
        const head = { dtype: 'F32' as const, shape: [outputs, 8], data: new Float32Array(outputs * 8) };
        const bias = { dtype: 'F32' as const, shape: [outputs], data: new Float32Array(outputs) };
        const first = { ...linear(8, 8 * 8 * 3), 'fc1.bias': { ...bias, shape: [8], data: new Float32Array(8) } };
        const tensors = { ...first, 'fc2.weight': head, 'fc2.bias': bias };
        writeFileSync(join(folder, `${name}.safetensors`), encodeSafetensors(tensors));
      }
    },
    says: [
      / teacher\[0\]\.weights: .*for 5 classes; there are 3.*\n.*"classes": \{ "a": 0, "b": 1, "c": 2 \}/,
      / teacher\[1\]\.weights: .*for 2 classes; there are 3.*\n(?!.*"classes").*"trainable": "head"/,
    ],
  },
  {
    what: 'files that are missing, beside all else',
    settings: {
      data: { dataset: 'mnist', validation: 59_990 },
      teacher: { ...mlp, weights: 'gone.safetensors' },
      ...withModel({ kind: 'onnx', file: 'gone.onnx' }),
      sweep: { 'student.train.batchSize': [8, 16] },
    },
    says: [
      / teacher\.train\.batchSize: .*one batch of 64/,
      / teacher\.weights: There is no file .*gone\.safetensors/,
      / student\.model\.file: There is no file .*gone\.onnx/,
      / sweep\["student\.train\.batchSize"\]\[1\]: .*one batch of 16/,
    ],
  },
];

async function inFolder(t: TestContext, { settings, files }: Pick<Case, 'settings' | 'files'>): Promise<string> {
  const cwd = await temporaryFolder(t);
  await files?.(cwd);
  writeFileSync(join(cwd, 'a.distill.json'), JSON.stringify({ ...base, ...settings }, null, 2));
  return cwd;
}

describe('what would end a run before its first step', () => {
  for (const { what, settings, files, says } of cases) {
    it(`is told by validate and by run, and no run is made: ${what}`, async (t) => {
      const cwd = await inFolder(t, { settings, ...(files && { files }) });
      const validated = await distillery(['validate', 'a.distill.json'], { cwd });
      const run = await distillery(['run', 'a.distill.json'], { cwd });
      const told = validated.stderr.split(/^(?=a\.distill\.json:)/m);
      says.forEach((expected, index) => assert.match(told[index] ?? '', expected, validated.stderr));
      assert.equal(told.length, says.length, validated.stderr);
      assert.ok(told.at(-1)?.endsWith(`${says.length} problem${says.length === 1 ? '' : 's'} in a.distill.json.\n`));
      assert.deepEqual([validated.code, validated.stdout], [2, '']);
      assert.deepEqual(run, validated);
      const runs = join(cwd, '.distillery', 'runs');
      assert.deepEqual(existsSync(runs) ? readdirSync(runs) : [], []);
    });
  }

  it('is told of the runs that are asked for, and not of those that are finished', async (t) => {
    const cwd = await inFolder(t, { settings: { student: { ...mlp, train: { batchSize: 512 } } } });
    const teacher = await distillery(['run', 'a.distill.json', '--only', 'teacher'], { cwd });
    assert.equal(teacher.code, 0, teacher.stderr);
    const all = await distillery(['run', 'a.distill.json'], { cwd });
    assert.equal(all.code, 2);
    assert.match(all.stderr, / student\.train\.batchSize: /);
    assert.equal(readdirSync(join(cwd, '.distillery', 'runs')).filter((name) => !name.startsWith('.')).length, 1);
  });

  it('is not what is odd about the data, which validate warns of as the run does', async (t) => {
    const pixels = (count: number): number[] => Array.from({ length: count * 16 }, (_, index) => (37 * index) % 256);
    const labels = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 10 === 0 ? 1 : 0));
    const train = { epochs: 1, batchSize: 8 };
    const cwd = await inFolder(t, {
      settings: {
        ...{ data: idxData, teacher: { ...mlp, train }, student: { ...mlp, train } },
        ...{ distill: { loss: 'dkd', doubtfulTeacher: 'accept' }, sweep: { 'distill.loss': ['dkd', 'hinton'] } },
      },
      files: (folder) => {
        writeFileSync(join(folder, 'train'), idx(0x803, [40, 4, 4], pixels(40)));
        writeFileSync(join(folder, 'train-labels'), idx(0x801, [40], labels(40)));
        writeFileSync(join(folder, 'test'), idx(0x803, [20, 4, 4], pixels(20)));
        writeFileSync(join(folder, 'test-labels'), idx(0x801, [20], labels(20)));
      },
    });
    const validated = await distillery(['validate', 'a.distill.json'], { cwd });
    assert.equal(validated.code, 0, validated.stderr);
    const warnings = validated.stderr.split(/^(?=Warning: )/m);
    assert.equal(warnings.length, 2, validated.stderr);
    const [imbalanced = '', dkd = ''] = warnings;
    assert.match(imbalanced, / data\.dataset: 90\.00 % of the test set of .* is one class, `0`: /);
    assert.match(dkd, / sweep\["distill\.loss"\]\[0\]: Of two classes, one is not the target: /);
    const run = await distillery(['run', 'a.distill.json'], { cwd });
    for (const warning of warnings) {
      const [message = ''] = /(?<=: )(?:90|Of two).*/.exec(warning) ?? [];
      assert.ok(run.stderr.includes(message) || run.stdout.includes(message), run.stderr);
    }

    const standardized = await inFolder(t, {
      settings: { data: { ...idxData, limit: { test: 1 } }, distill: { loss: 'hinton', standardize: true } },
      files: (folder) => cpSync(cwd, folder, { recursive: true }),
    });
    const { stderr } = await distillery(['validate', 'a.distill.json'], { cwd: standardized });
    assert.match(stderr, / distill\.standardize: Of two classes, standardized logits are /);
  });

  it('is told for programs as well', async (t) => {
    const cwd = await inFolder(t, { settings: { student: { ...mlp, train: { batchSize: 512 } } } });
    const { code, stdout } = await distillery(['validate', 'a.distill.json', '--json'], { cwd });
    const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: { code: string; place: object }[] };
    assert.deepEqual([code, ok, problems.map((problem) => problem.code)], [2, false, ['too-few-examples']]);
  });

  it('is not there where validate says what it looked at, and warns of limits beyond the data', async (t) => {
    const data = { dataset: 'mnist', limit: { train: 256, test: 20_000 } };
    const cwd = await inFolder(t, { settings: { data } });
    const { code, stdout, stderr } = await distillery(['validate', 'a.distill.json'], { cwd });
    assert.match(stderr, /^Warning: a\.distill\.json:\d+:\d+ data\.limit\.test: There are 10,000 examples, .*\n.*\n$/);
    assert.equal(
      stdout,
      'ok: checked: 3 runs (1 teacher, 1 baseline, 1 student)\n' +
        'looked at: mnist: 256 pictures to train on, 10,000 to test, 28×28, one channel, 10 classes\n',
    );
    assert.equal(code, 0);
    assert.ok(!existsSync(join(cwd, '.distillery')));
  });
});
