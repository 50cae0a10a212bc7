import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { dataSchema } from '../../../src/core/spec/spec.js';
import type { Dataset } from '../../../src/trainer/data/dataset.js';
import { loadDataset } from '../../../src/trainer/data/datasets.js';
import { checkMemoryRoom } from '../../../src/trainer/data/memoryRoom.js';
import type { OnProgress } from '../../../src/trainer/progress.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { readingIn } from './reading.js';
import { refusal } from './refusal.js';

type Colour = readonly [number, number, number];

/** A picture of one colour. */
const plain = ([r, g, b]: Colour, { height = 2, width = 3 } = {}) =>
  sharp({ create: { height, width, channels: 3, background: { r, g, b } } });

/** Writes a picture, in the format that its name says. */
async function put(folder: string, name: string, picture: ReturnType<typeof plain>): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    await picture.toFormat(name.endsWith('jpg') ? 'jpeg' : name.endsWith('webp') ? 'webp' : 'png').toBuffer(),
  );
}

/** Whole by its beginning and its end: only a decoder finds what is wrong. */
async function undecodable(): Promise<Uint8Array> {
  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * index) % 251);
  const bytes = await sharp(noise, { raw: { height: 64, width: 64, channels: 3 } })
    .png()
    .toBuffer();
  const middle = Math.floor(bytes.length / 2);
  return bytes.fill(0, middle, middle + 100);
}

/** Two classes: red and blue pictures to train on, one each to test. */
async function redAndBlue(test: { after(clear: () => Promise<void>): void }): Promise<string> {
  const folder = await temporaryFolder(test);
  for (const [name, colour] of [
    ['red', [200, 0, 0]],
    ['blue', [0, 0, 200]],
  ] as const) {
    for (const split of ['train/', 'test/']) await put(folder, `${split}${name}/1.png`, plain(colour));
  }
  return folder;
}

function load(
  folder: string,
  more: Readonly<Record<string, unknown>> = {},
  onProgress: (what: string) => OnProgress = () => () => undefined,
): Promise<Dataset> {
  const spec = dataSchema.parse({ dataset: 'images', folder, ...more });
  return loadDataset(spec, readingIn(folder, { onProgress }));
}

/** The data set with what is said of it. */
async function told(
  folder: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ dataset: Dataset; said: string[] }> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const spec = dataSchema.parse({ dataset: 'images', folder, ...more });
  const dataset = await loadDataset(
    spec,
    readingIn(folder, { say: { note: say, warn: ({ message }) => say(message) } }),
  );
  return { dataset, said };
}

describe('an image folder', () => {
  it('is read with sorted classes, whatever the format, and pictures that belong to their labels', async (test) => {
    const folder = await redAndBlue(test);
    await put(folder, 'train/red/deeper/2.JPG.jpg', plain([200, 0, 0]));
    await put(folder, 'train/blue/3.webp', plain([0, 0, 200]));
    const { train, test: tested, classes, height, width, channels } = await load(folder);
    assert.deepEqual(
      { classes, height, width, channels },
      { classes: ['blue', 'red'], height: 2, width: 3, channels: 3 },
    );
    assert.deepEqual([...train.labels].sort(), [0, 0, 1, 1]);
    for (const { images, labels } of [train, tested]) {
      labels.forEach((label, index) => {
        const [r = 0, g = 0, b = 0] = images.subarray(18 * index);
        assert.ok(label === 1 ? r > 190 && g < 10 && b < 10 : r < 10 && g < 10 && b > 190, [r, g, b].join());
      });
    }
  });

  it('comes in an order that gives a limit some of each class, and decodes no more than that', async (test) => {
    const folder = await redAndBlue(test);
    for (let number = 10; number < 50; number++) {
      await put(folder, `train/red/${number}.png`, plain([number, 0, 0], { height: 1, width: 1 }));
      await put(folder, `train/blue/${number}.png`, plain([0, 0, number], { height: 1, width: 1 }));
    }
    await rm(join(folder, 'train/red/1.png'));
    await rm(join(folder, 'train/blue/1.png'));
    await put(folder, 'test/red/1.png', plain([1, 0, 0], { height: 1, width: 1 }));
    let decoded = 0;
    await put(folder, 'test/blue/1.png', plain([0, 0, 1], { height: 1, width: 1 }));
    const limited = await load(folder, { limit: { train: 20 } }, (what) => () => {
      if (what === 'decoding pictures, train') decoded++;
    });
    assert.equal(decoded, 20);
    const reds = limited.train.labels.reduce((sum, label) => sum + label, 0);
    assert.ok(reds >= 4 && reds <= 16, `${reds} of 20 are red`);
    const whole = await load(folder);
    assert.deepEqual(whole.train.labels.subarray(0, 20), limited.train.labels);
    assert.deepEqual(whole.train.images.subarray(0, 60), limited.train.images);
    assert.equal((await load(folder, { validation: 30 })).validation.labels.length, 30);
  });

  it('is grey where all of it is, and in colour where one picture is', async (test) => {
    const folder = await temporaryFolder(test);
    for (const name of ['train/a/1.png', 'train/b/1.jpg', 'test/a/1.png']) {
      await put(folder, name, plain([90, 90, 90]).toColourspace('b-w'));
    }
    await put(folder, 'test/b/1.png', plain([90, 90, 90]).toColourspace('grey16'));
    const grey = await load(folder);
    assert.equal(grey.channels, 1);
    assert.deepEqual(
      [...grey.test.images],
      Array.from({ length: 12 }, () => 90),
    );
    await put(folder, 'test/b/2.png', plain([200, 0, 0]));
    const mixed = await load(folder);
    assert.equal(mixed.channels, 3);
    assert.equal(mixed.train.images.length, 2 * 18);
    assert.deepEqual([...mixed.train.images.subarray(0, 3)], [90, 90, 90]);
    assert.equal(mixed.train.sha256, undefined, 'what was hashed are the grey bytes');
    assert.deepEqual(await load(folder), mixed, 'and so it is when it comes from the cache');
  });

  it('turns pictures as their EXIF data says, and puts what is transparent on black', async (test) => {
    const folder = await redAndBlue(test);
    const half = await sharp({
      create: { height: 2, width: 3, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    await writeFile(join(folder, 'train/red/1.png'), half);
    const lying = await plain([0, 0, 200], { height: 3, width: 2 }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await writeFile(join(folder, 'train/blue/2.jpg'), lying);
    const { train } = await load(folder);
    const red = train.labels.indexOf(1);
    assert.deepEqual([...train.images.subarray(18 * red, 18 * red + 3)], [100, 0, 0]);
  });

  it('asks for a size where pictures differ, and resizes to it', async (test) => {
    const folder = await redAndBlue(test);
    await put(folder, 'test/red/2.png', plain([200, 0, 0], { height: 5, width: 4 }));
    assert.match(
      await refusal(() => load(folder), { folder }),
      /^<folder>\/test\/red\/2\.png: This picture has 5×4 pixels \(height × width\), but <folder>\/train\/\w+\/1\.png has 2×3\.\n {2}Say in `data\.size`/,
    );
    const { height, width, test: tested } = await load(folder, { size: [4, 6] });
    assert.deepEqual([height, width, tested.images.length], [4, 6, 3 * 4 * 6 * 3]);
    assert.equal((await load(folder, { size: 8 })).width, 8);
  });

  it('names all pictures that do not decode, or goes on without them and says which', async (test) => {
    const folder = await redAndBlue(test);
    const broken = await undecodable();
    await writeFile(join(folder, 'train/red/broken.png'), broken);
    assert.match(
      await refusal(() => load(folder, { size: 4 }), { folder }),
      /^<folder>\/train\/red\/broken\.png data\.folder: This picture cannot be used: it cannot be decoded \(.+\)\.\n {2}Replace or remove it, or write `"damaged": "skip"`/,
    );
    await writeFile(join(folder, 'test/blue/broken.png'), broken);
    assert.match(
      await refusal(() => load(folder, { size: 4 }), { folder }),
      /^<folder> data\.folder: 2 of 6 pictures cannot be used: train\/red\/broken\.png cannot be decoded \(.+\); test\/blue\/broken\.png cannot/,
    );
    for (const from of ['decoder', 'cache']) {
      const { dataset, said } = await told(folder, { size: 4, damaged: 'skip' });
      assert.match(said.join('\n'), /^2 of 6 pictures are left out: train\/red\/broken\.png cannot be decoded/, from);
      assert.deepEqual([dataset.train.labels.length, dataset.test.labels.length], [2, 2]);
      for (const { images, labels } of [dataset.train, dataset.test]) {
        labels.forEach((label, index) => assert.equal(images[48 * index + (label === 1 ? 0 : 2)], 200));
      }
    }
  });

  it('is refused where nothing is left of a class without what does not decode', async (test) => {
    const folder = await redAndBlue(test);
    await writeFile(join(folder, 'train/blue/1.png'), await undecodable());
    assert.match(
      await refusal(() => load(folder, { size: 4, damaged: 'skip' }), { folder }),
      /^<folder> data\.folder: Without the pictures that are left out there are none to learn blue from\./,
    );
  });

  it('passes over hidden files and what is no picture, and says how many', async (test) => {
    const folder = await redAndBlue(test);
    for (const name of ['train/.DS_Store', 'train/red/.DS_Store', 'train/red/._1.png', 'train/red/notes.txt']) {
      await writeFile(join(folder, name), 'x');
    }
    await mkdir(join(folder, 'train/.ipynb_checkpoints'));
    const { dataset, said } = await told(folder);
    assert.deepEqual(dataset.classes, ['blue', 'red']);
    assert.deepEqual(said, ['4 of 8 files are read; passed over: 4 that are no pictures.']);
    await writeFile(join(folder, 'train/red/2.HEIC'), 'x');
    assert.deepEqual((await told(folder)).said, ['4 of 9 files are read; passed over: 1 .heic, 4 others.']);
  });

  it('is decoded once, until a file of it changes or another size is asked for', async (test) => {
    const folder = await redAndBlue(test);
    const file = join(folder, 'test/red/1.png');
    await utimes(file, 1000, 1000);
    const { size } = await stat(file);
    const decoded = async (more: Readonly<Record<string, unknown>> = {}): Promise<[number, Dataset]> => {
      let count = 0;
      const dataset = await load(folder, more, () => () => {
        count++;
      });
      return [count, dataset];
    };
    const [first, whole] = await decoded();
    assert.equal(first, 4);
    assert.deepEqual(await decoded(), [0, whole]);
    // A validation set takes pictures from the training set, and leaves those of the test as they are.
    assert.equal((await decoded({ validation: 1 }))[0], 2);
    assert.equal((await decoded({ size: [2, 3] }))[0], 4);
    const [larger, enlarged] = await decoded({ size: 8 });
    assert.deepEqual([larger, enlarged.test.images.length], [4, 2 * 8 * 8 * 3]);
    await put(folder, 'test/red/1.png', plain([201, 0, 0]));
    await utimes(file, 1000, 1000);
    const { size: sizeNow, mtimeMs } = await stat(file);
    assert.deepEqual([sizeNow, mtimeMs], [size, 1_000_000], 'neither size nor time tells');
    const [again, changed] = await decoded();
    assert.equal(again, 2);
    assert.equal(changed.test.images.indexOf(201), 18 * changed.test.labels.indexOf(1));
    assert.equal(changed.test.sha256, createHash('sha256').update(changed.test.images).digest('hex'));
  });

  it('stops decoding where it is told to', async (test) => {
    const folder = await redAndBlue(test);
    for (let number = 0; number < 100; number++) await put(folder, `train/red/n${number}.png`, plain([200, 0, 0]));
    const stop = new Error('stop');
    let told = 0;
    const stopping = load(folder, {}, () => (done) => {
      told++;
      if (done >= 5) throw stop;
    });
    await assert.rejects(stopping, (error) => error === stop);
    const before = told;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(told, before, 'nothing goes on behind it');
    assert.ok(told < 100);
  });
});

describe('checkMemoryRoom', () => {
  it('says before anything is read that pictures would not fit', async () => {
    const check = (sizes: readonly number[], memory: number) => () =>
      Promise.resolve().then(() => checkMemoryRoom(sizes, { memory }));
    await check([1e9, 1e9], 8e9)();
    assert.equal(
      await refusal(check([5e9, 1e9], 8e9), { folder: '-' }),
      'data: The pictures would take 6.0 GB in memory, and of the 8.0 GB of memory at most 4.8 GB are used for pictures.\n' +
        '  Use fewer with `data.limit`; pictures of an image folder can be made smaller with `data.size`.',
    );
  });
});
