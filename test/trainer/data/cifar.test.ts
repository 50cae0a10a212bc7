import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dataSchema } from '../../../src/core/spec/spec.js';
import type { Dataset } from '../../../src/trainer/data/dataset.js';
import { loadDataset } from '../../../src/trainer/data/datasets.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { readingIn } from './reading.js';
import { refusal } from './refusal.js';

const plane = 1024;

/** A record whose every pixel is one colour, but for its first. */
function record(
  labels: readonly number[],
  [red, green, blue]: readonly [number, number, number],
  first = 0,
): Uint8Array {
  const bytes = new Uint8Array(labels.length + 3 * plane);
  bytes.set(labels);
  [red, green, blue].forEach((value, channel) => {
    const begin = labels.length + channel * plane;
    bytes.fill(value, begin, begin + plane);
    bytes[begin] = first + channel;
  });
  return bytes;
}

const joined = (...records: readonly Uint8Array[]): Uint8Array => Uint8Array.from(records.flatMap((each) => [...each]));

/** Two pictures a batch, and one to test. */
async function small(test: { after(clear: () => Promise<void>): void }) {
  const folder = await temporaryFolder(test);
  for (const batch of [1, 2, 3, 4, 5]) {
    const bytes = joined(record([batch], [batch, 0, 0]), record([9], [0, batch, 255], 7));
    await writeFile(join(folder, `data_batch_${batch}.bin`), bytes);
  }
  await writeFile(join(folder, 'test_batch.bin'), record([3], [1, 2, 3], 50));
  const load = (more: Readonly<Record<string, unknown>> = {}): Promise<Dataset> =>
    loadDataset(
      dataSchema.parse({ dataset: 'cifar10', folder, ...more }),
      readingIn(folder, { dataFolder: join(folder, 'fetched') }),
    );
  return { folder, load };
}

describe('CIFAR-10', () => {
  it('puts the three colours of a pixel side by side, batch after batch', async (test) => {
    const { load } = await small(test);
    const { train, test: tested, classes, ...about } = await load();
    assert.deepEqual(about, {
      ...{ name: 'cifar10', height: 32, width: 32, channels: 3 },
      validation: { images: new Uint8Array(), labels: new Int32Array() },
    });
    assert.deepEqual(classes.slice(0, 3), ['airplane', 'automobile', 'bird']);
    assert.deepEqual([...train.labels], [1, 9, 2, 9, 3, 9, 4, 9, 5, 9]);
    assert.deepEqual([...tested.labels], [3]);
    assert.deepEqual([...tested.images.subarray(0, 6)], [50, 51, 52, 1, 2, 3]);
    assert.deepEqual([...train.images.subarray(3 * 3072, 3 * 3072 + 6)], [7, 8, 9, 0, 2, 255]);
    assert.equal(train.images.length, 10 * 3072);
  });

  it('holds out validation examples and limits', async (test) => {
    const { load } = await small(test);
    const { train, validation, test: tested } = await load({ validation: 4, limit: { train: 3 } });
    assert.deepEqual(
      [train, validation, tested].map(({ labels }) => labels.length),
      [3, 4, 1],
    );
  });

  it('takes the names that lie beside the pictures', async (test) => {
    const { folder, load } = await small(test);
    const names = Array.from({ length: 10 }, (_, index) => `kind ${index}`);
    await writeFile(join(folder, 'batches.meta.txt'), `${names.join('\r\n')}\r\n\r\n`);
    assert.deepEqual((await load()).classes, names);
    await writeFile(join(folder, 'batches.meta.txt'), 'cat\ndog\n');
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/batches.meta.txt: The file names 2 classes, expected the 10/,
    );
  });

  it('refuses a file that is cut short, and one of other records', async (test) => {
    const { folder, load } = await small(test);
    await writeFile(join(folder, 'data_batch_4.bin'), record([1], [0, 0, 0]).subarray(0, 3000));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/data_batch_4.bin: The file has 3000 bytes, which is no whole number of records of 3073 bytes/,
    );
    await writeFile(join(folder, 'data_batch_4.bin'), joined(record([1], [0, 0, 0]), record([10], [0, 0, 0])));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/data_batch_4.bin: Picture 1 has the label 10, expected 0 to 9\./,
    );
    await writeFile(join(folder, 'data_batch_4.bin'), '');
    assert.match(await refusal(load, { folder }), /has 0 bytes/);
  });

  it('says of a folder of the user’s own what belongs there, and where the files lie if it is one deeper', async (test) => {
    const { folder, load } = await small(test);
    await rm(join(folder, 'test_batch.bin'));
    assert.match(
      await refusal(load, { folder }),
      /^<folder>\/test_batch\.bin: .* is not there\.\n {2}Put the binary version .* or leave out `data\.folder` and run `distillery data fetch cifar10`\.$/,
    );
    await mkdir(join(folder, 'cifar-10-batches-bin'));
    await writeFile(join(folder, 'cifar-10-batches-bin/test_batch.bin'), '');
    assert.match(
      await refusal(load, { folder }),
      /They lie in `cifar-10-batches-bin` inside it: name that folder as `data\.folder`\.$/,
    );
  });

  it('looks where data sets are fetched to, and says how to get it, with a network and without one', async (test) => {
    const { folder, load } = await small(test);
    const words = await refusal(() => load({ folder: undefined }), { folder });
    assert.match(
      words,
      /^<folder>\/fetched\/cifar-10-batches-bin\/data_batch_1.bin: A file of the data set cifar10 is not there\./,
    );
    assert.match(words, /Run `distillery data fetch cifar10`\./);
    assert.match(words, /md5 c32a1d4ab5d03f1284b67883e8d87530/);
    assert.match(words, /`distillery data fetch cifar10 --file ARCHIVE`/);
  });

  it('reads CIFAR-100 by its second label', async (test) => {
    const { folder, load } = await small(test);
    await mkdir(join(folder, 'fetched/cifar-100-binary'), { recursive: true });
    const files = {
      'train.bin': joined(record([19, 99], [1, 1, 1]), record([0, 4], [2, 2, 2])),
      'test.bin': record([5, 7], [3, 3, 3]),
    };
    for (const [name, bytes] of Object.entries(files))
      await writeFile(join(folder, 'fetched/cifar-100-binary', name), bytes);
    const { train, test: tested, classes } = await load({ dataset: 'cifar100', folder: undefined });
    assert.deepEqual([...train.labels, ...tested.labels], [99, 4, 7]);
    assert.equal(new Set(classes).size, 100);
    assert.deepEqual([classes[0], classes[39], classes[99]], ['apple', 'keyboard', 'worm']);
    assert.deepEqual(classes.toSorted(), classes, 'published in the order of the alphabet');
  });
});
