import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editorProblem, liesOutside, remedyOf, remedyTitle, type RemedyContext } from '../../src/core/remedy.js';
import { fetchFix, type PublishedSet } from '../../src/core/datasets/archive.js';
import { fileProblem } from '../../src/node/fileProblem.js';
import { dataSchema, publishedSetOf, type DataSpec } from '../../src/core/datasets/datasets.js';

const published = (name: string): PublishedSet =>
  publishedSetOf(dataSchema.parse({ dataset: name })) ?? assert.fail(`${name} cannot be fetched`);
const data = (spec: object): DataSpec => dataSchema.parse(spec);
const about = (spec: object, hasFile = true): RemedyContext => ({ data: data(spec), hasFile });
const missing = (name: 'cifar10' | 'cifar100') => ({
  code: 'dataset-missing',
  message: `A file of the data set ${name} is not there.`,
  fix: fetchFix(published(name)),
});

describe('the remedy of a problem', () => {
  it('is to fetch a data set that its authors publish, where no folder of it is named', () => {
    for (const [name, title] of [
      ['cifar10', 'Fetch CIFAR-10…'],
      ['cifar100', 'Fetch CIFAR-100…'],
    ] as const) {
      const context = about({ dataset: name });
      assert.equal(remedyOf(missing(name), context), 'fetch');
      assert.equal(remedyTitle('fetch', context), title);
      assert.equal(remedyOf(missing(name), about({ dataset: name, folder: 'c' })), 'locate');
    }
  });

  it('is to locate what the experiment names, and there must be one', () => {
    const problem = { code: 'file-missing', message: 'There is no file x.', place: { path: 'teacher.weights' } };
    assert.equal(remedyOf(problem, about({ dataset: 'mnist' })), 'locate');
    assert.equal(remedyOf(problem, about({ dataset: 'mnist' }, false)), 'output');
    const folder = { code: 'dataset-missing', message: 'There is no such folder.' };
    assert.equal(remedyOf(folder, about({ dataset: 'images', folder: 'p' })), 'locate');
    // MNIST is part of the package.
    assert.equal(remedyOf(folder, about({ dataset: 'mnist' })), 'output');
  });

  it('is room where the disk is full, engines where one is missing, and the settings where one is named', () => {
    const full = Object.assign(new Error('x'), { code: 'ENOSPC' });
    assert.equal(
      remedyOf(fileProblem(full, { path: '/x', attempt: 'write' }).problem, about({ dataset: 'mnist' })),
      'space',
    );
    const context = about({ dataset: 'mnist' });
    assert.equal(remedyOf({ code: 'no-engine', message: '' }, context), 'engines');
    assert.equal(remedyOf({ code: 'diverged', message: '' }, context), 'settings');
    assert.equal(
      remedyOf({ code: 'batch-too-small', message: '', place: { path: 'train.batchSize' } }, context),
      'settings',
    );
    assert.equal(remedyOf({ code: 'trainer-crashed', message: '' }, context), 'output');
  });

  it('lets a run go on that failed for something outside its settings', () => {
    const outside = (code: string): boolean => liesOutside({ code, message: '' });
    const files = ['dataset-missing', 'file-missing', 'not-a-folder', 'weights-changed', 'onnx-changed'];
    for (const code of ['disk-full', 'no-engine', ...files]) assert.ok(outside(code), code);
    // The same file would fit no better.
    for (const code of ['diverged', 'weights-shape', 'weights-missing']) assert.ok(!outside(code), code);
  });
});

describe('a problem in the editor', () => {
  it('tells nobody to run a command line, nor to compare an md5', () => {
    const { fix } = editorProblem(missing('cifar10'), about({ dataset: 'cifar10' }));
    assert.equal(fix, 'Fetch it, or name the folder of its files as `data.folder`.');
  });

  it('keeps what else is said beside a command', () => {
    const context = about({ dataset: 'mnist' });
    const fixOf = (code: string, fix: string): string | undefined =>
      editorProblem({ code, message: 'x', fix }, context).fix;
    assert.equal(
      fixOf(
        'no-engine',
        'Install it with “Distillery: Install TensorFlow Engine” or `distillery engines install tensorflow`, or leave "engine" out.',
      ),
      'Install it with “Distillery: Install TensorFlow Engine”, or leave "engine" out.',
    );
    assert.equal(
      fixOf(
        'device-lost',
        'The last checkpoint is intact. Resume the run, or resume with another engine, as `--engine onnx/cpu`.',
      ),
      'The last checkpoint is intact. Resume the run, or resume with another engine.',
    );
    assert.equal(fixOf('run-finished', 'To train the same again, run its experiment with --force.'), undefined);
    assert.equal(
      fixOf('x', 'Use a smaller batch: `"batchSize": 50` takes about half. Put it at 1.5 of that.'),
      'Use a smaller batch: `"batchSize": 50` takes about half. Put it at 1.5 of that.',
    );
  });
});
