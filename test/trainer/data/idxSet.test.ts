import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dataSchema } from '../../../src/core/spec/spec.js';
import type { Dataset } from '../../../src/trainer/data/dataset.js';
import { loadDataset } from '../../../src/trainer/data/datasets.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { idx } from './idxFiles.js';
import { readingIn } from './reading.js';
import { refusal } from './refusal.js';

const reading = readingIn('unused');
const pixels = (count: number): number[] => Array.from({ length: count }, (_, index) => index % 256);

/** Three pictures to train on and one to test, which is compressed. */
async function pair(test: { after(clear: () => Promise<void>): void }) {
  const folder = await temporaryFolder(test);
  const path = (name: string): string => join(folder, name);
  await writeFile(path('train-images'), idx(2051, [3, 2, 2], pixels(12)));
  await writeFile(path('train-labels'), idx(2049, [3], [0, 2, 1]));
  await writeFile(path('test-images'), gzipSync(idx(2051, [1, 2, 2], [9, 8, 7, 6])));
  await writeFile(path('test-labels'), idx(2049, [1], [2]));
  const load = (more: Readonly<Record<string, unknown>> = {}): Promise<Dataset> => {
    const files = {
      train: { images: path('train-images'), labels: path('train-labels') },
      test: { images: path('test-images'), labels: path('test-labels') },
    };
    return loadDataset(dataSchema.parse({ dataset: 'idx', ...files, ...more }), reading);
  };
  return { folder, path, load };
}

describe('a pair of IDX files', () => {
  it('is read with as many classes as its labels need, compressed or not', async (test) => {
    const { load } = await pair(test);
    const { train, test: tested, classes, height, width, channels } = await load();
    assert.deepEqual(
      { classes, height, width, channels },
      { classes: ['0', '1', '2'], height: 2, width: 2, channels: 1 },
    );
    assert.deepEqual([...train.images], pixels(12));
    assert.deepEqual([...tested.images], [9, 8, 7, 6]);
    assert.deepEqual([...train.labels, ...tested.labels], [0, 2, 1, 2]);
    assert.deepEqual((await load({ classes: ['a', 'b', 'c', 'd'] })).classes, ['a', 'b', 'c', 'd']);
  });

  it('is read in colour where it has a fourth dimension', async (test) => {
    const { folder, path, load } = await pair(test);
    await writeFile(path('train-images'), idx(2052, [3, 1, 2, 3], pixels(18)));
    await writeFile(path('test-images'), idx(2052, [1, 1, 2, 3], pixels(6)));
    const { train, height, width, channels } = await load();
    assert.deepEqual({ height, width, channels }, { height: 1, width: 2, channels: 3 });
    assert.deepEqual([...train.images], pixels(18));
    await writeFile(path('test-images'), idx(2052, [1, 3, 1, 2], pixels(6)));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/test-images: .*a last dimension of 2, expected 3 channels/,
    );
  });

  it('is refused where its files do not fit each other', async (test) => {
    const { folder, path, load } = await pair(test);
    await writeFile(path('test-images'), idx(2051, [1, 1, 2], [1, 2]));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/test-images: The test pictures are 1×2 pixels with one channel, those to train on 2×2 pixels/,
    );
    await writeFile(path('train-labels'), idx(2049, [2], [0, 1]));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/train-labels: There are 2 labels for the 3 pictures of <folder>\/train-images\./,
    );
  });

  it('is refused where a label is none of the classes', async (test) => {
    const { folder, load } = await pair(test);
    assert.match(
      await refusal(() => load({ classes: ['a', 'b'] }), { folder }),
      /^<folder>\/train-labels: Label 1 is 2, but there are 2 classes, 0 to 1\./,
    );
  });

  it('is refused where gzip finds it damaged', async (test) => {
    const { folder, path, load } = await pair(test);
    const whole = gzipSync(idx(2051, [1, 2, 2], [9, 8, 7, 6]));
    await writeFile(path('test-images'), whole.subarray(0, whole.length - 4));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/test-images: The file cannot be unpacked: unexpected end/,
    );
    await rm(path('test-images'));
    assert.match(await refusal(load, { folder }), /^<folder>\/test-images: A file of the data set idx is not there\./);
  });
});

describe('Fashion-MNIST', () => {
  it('is read from its four files by their published names, each as it is or compressed', async (test) => {
    const folder = await temporaryFolder(test);
    const load = (): Promise<Dataset> => loadDataset(dataSchema.parse({ dataset: 'fashion-mnist', folder }), reading);
    await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(idx(2051, [2, 28, 28], pixels(1568))));
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), idx(2049, [2], [9, 0]));
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idx(2051, [1, 28, 28], pixels(784)));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/t10k-labels-idx1-ubyte\.gz: A file of the data set fashion-mnist is not there\.\n {2}The folder needs the four files/,
    );
    await writeFile(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idx(2049, [1], [9])));
    const { train, classes, height } = await load();
    assert.deepEqual([...train.labels], [9, 0]);
    assert.deepEqual([classes[0], classes[9], height], ['T-shirt/top', 'Ankle boot', 28]);
  });
});
