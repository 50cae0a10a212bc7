import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson } from '../../../src/core/json.js';
import {
  classesOf,
  dataIdentity,
  dataSchema,
  dataWords,
  placesOfAny,
  publishedSetOf,
  publishedSets,
  type DatasetName,
} from '../../../src/core/datasets/datasets.js';
import { placesOfData } from '../../../src/core/spec/experiment/experimentPlaces.js';

const pair = (name: string) => ({ images: `${name}-images`, labels: `${name}-labels` });
const contents = 'c0'.repeat(32);

/** What is said of a spec of each kind; identities as they have been since hashes of specs were first written down. */
const known: Readonly<
  Record<DatasetName, { spec: object; identity: object; words: string; classes: number | null; places: string[] }>
> = {
  mnist: { spec: {}, identity: {}, words: 'mnist', classes: 10, places: [] },
  'fashion-mnist': { spec: { folder: 'f' }, identity: {}, words: 'fashion-mnist in f', classes: 10, places: ['f'] },
  cifar10: { spec: {}, identity: {}, words: 'cifar10', classes: 10, places: [] },
  cifar100: { spec: { folder: 'c' }, identity: {}, words: 'cifar100 in c', classes: 100, places: ['c'] },
  idx: {
    spec: { train: pair('train'), test: pair('test'), classes: ['x', 'y', 'z'] },
    identity: { classes: ['x', 'y', 'z'] },
    words: 'idx files as test-images',
    classes: 3,
    places: ['train-images', 'train-labels', 'test-images', 'test-labels'],
  },
  images: {
    spec: { folder: 'p', train: 't', damaged: 'skip', validation: 'v', split: { test: 0.2 }, size: 32 },
    identity: { split: { test: 0.2, validation: 0, seed: 0 }, size: 32 },
    words: 'images in p',
    classes: null,
    places: ['p'],
  },
};

describe('a data set', () => {
  for (const [dataset, { spec, identity, words, classes, places }] of Object.entries(known)) {
    it(`${dataset} is known by what is in its files, once that is known, and not by where they lie`, () => {
      const located = dataSchema.parse({ dataset, ...spec, contents });
      const common = { dataset, validation: 0, limit: {}, contents };
      assert.equal(canonicalJson(dataIdentity(located)), canonicalJson({ ...common, ...identity }));
      const written = dataSchema.parse({ dataset, ...spec });
      assert.deepEqual(dataIdentity(written), written);
    });

    it(`${dataset} says its places, its classes and its words`, () => {
      const data = dataSchema.parse({ dataset, ...spec });
      assert.equal(dataWords(data), words);
      assert.equal(classesOf(data), classes);
      assert.deepEqual(
        placesOfData(data).map(({ name }) => name),
        places,
      );
    });
  }

  it('names its files by settings that are told once, whichever sets have them', () => {
    const keys = placesOfAny().map((place) => place.keys.join('.'));
    assert.deepEqual(keys.sort(), ['folder', 'test.images', 'test.labels', 'train.images', 'train.labels']);
  });

  it('can be fetched where its authors publish it, from an address, with a size and a checksum', () => {
    assert.deepEqual(
      publishedSets().map(({ name }) => name),
      ['cifar10', 'cifar100'],
    );
    for (const { name, archive } of publishedSets()) {
      assert.deepEqual(publishedSetOf(dataSchema.parse({ dataset: name }))?.archive, archive);
      assert.match(archive.url, /^https:\/\//);
      assert.match(archive.md5, /^[0-9a-f]{32}$/);
      // Unpacked it is larger than packed.
      assert.ok(Object.values(archive.files).reduce((sum, size) => sum + size, 0) > archive.bytes);
    }
    assert.equal(publishedSetOf(dataSchema.parse({ dataset: 'mnist' })), null);
  });
});
