import * as z from 'zod';
import type { PublishedSet } from './archive.js';
import { cifar10 } from './cifar10.js';
import { cifar100 } from './cifar100.js';
import type { CifarSource } from './cifarFolder.js';
import { contentsSetting, type DatasetKind, type PlaceSetting } from './datasetKind.js';
import { fashionMnist } from './fashionMnist.js';
import { idx } from './idx.js';
import type { IdxSource } from './idxFolder.js';
import { images, type ImagesSource } from './images.js';
import { mnist, type MnistSource } from './mnist.js';

/**
 * The data sets there are. A new one is a file beside this, and a line in each of the two lists; where it has a format of
 * its own, a source that src/trainer/data/datasets.ts reads.
 */
export const dataSchemaWith = <More extends z.core.$ZodLooseShape>(more: More) =>
  z.discriminatedUnion('dataset', [
    z.strictObject({ ...mnist.settings, ...more }),
    z.strictObject({ ...fashionMnist.settings, ...more }),
    z.strictObject({ ...cifar10.settings, ...more }),
    z.strictObject({ ...cifar100.settings, ...more }),
    z.strictObject({ ...idx.settings, ...more }),
    z.strictObject({ ...images.settings, ...more }),
  ]);

const kinds: { readonly [Name in DatasetName]: DatasetKind<Extract<DataSpec, { dataset: Name }>, DataSource> } = {
  mnist,
  'fashion-mnist': fashionMnist,
  cifar10,
  cifar100,
  idx,
  images,
};

/** Of a run: with what stands for the contents of files of the user's own, once they have been looked at. */
export const dataSchema = dataSchemaWith(contentsSetting);

export type DataSpec = z.output<typeof dataSchema>;
export type DatasetName = DataSpec['dataset'];

/** Where the pictures of a data set are, and in which format. */
export type DataSource = MnistSource | IdxSource | CifarSource | ImagesSource;

/** The kind that a spec is of: its functions take this spec, whichever kind that is. */
const kindOf = (data: DataSpec): DatasetKind<DataSpec, DataSource> => kinds[data.dataset];

export const sourceOf = (data: DataSpec): DataSource => kindOf(data).source(data);

/** How many classes a data set has, where its spec alone tells; null where its files have to be read. */
export const classesOf = (data: DataSpec): number | null => kindOf(data).classes(data);

/** A data set for people, and where it lies if that is not known to all: `mnist`, `images in /data/flowers`. */
export const dataWords = (data: DataSpec): string => kindOf(data).words(data);

/** What decides which pictures there are: where files lie only while it is not known what is in them. */
export const dataIdentity = (data: DataSpec): object =>
  data.contents === undefined ? data : kindOf(data).identity(data);

/** The settings of a data set that name files and folders, set or not. */
export const placesOf = (data: DataSpec): readonly PlaceSetting[] => kindOf(data).places;

/** Such settings of any data set, each once. */
export function placesOfAny(): PlaceSetting[] {
  const all = Object.values(kinds).flatMap(({ places }) => places);
  const keys = all.map((place) => place.keys.join('.'));
  return all.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

/** How many training examples are held out by number. */
export function heldOutCount({ validation }: Pick<DataSpec, 'validation'>): number {
  return typeof validation === 'number' ? validation : 0;
}

/** The data sets that can be fetched. */
export function publishedSets(): PublishedSet[] {
  return Object.entries(kinds).flatMap(([name, { archive }]) => (archive === null ? [] : [{ name, archive }]));
}

/** A data set as its authors publish it; null where they do not. */
export function publishedSetOf(data: DataSpec): PublishedSet | null {
  const { archive } = kindOf(data);
  return archive === null ? null : { name: data.dataset, archive };
}
