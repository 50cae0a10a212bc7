import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdxPair, IdxSource } from '../../core/datasets/idxFolder.js';
import { allOf, ProblemError, refuseAny, type Problem } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { readDataFile, unzipped } from './dataFile.js';
import type { Dataset, Split } from './dataset.js';
import { idxSize, parseIdxImages, parseIdxLabels, type IdxImages } from './idx.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { splitsOf } from './splits.js';

/**
 * A data set of four files in the IDX format of MNIST, each as it is or compressed with gzip.
 * @throws ProblemError where a file is missing, damaged or does not fit the others; it names the file
 */
export async function loadIdx(source: IdxSource, spec: Pick<DataSpec, 'validation' | 'limit'>): Promise<Dataset> {
  const { name, folder } = source;
  const files = folder === null ? source.files : await filesIn(folder, source);
  const [train, test] = await allOf([readPair(files.train, source), readPair(files.test, source)]);
  const { height, width, channels } = train;
  if ([height, width, channels].join() !== [test.height, test.width, test.channels].join()) {
    throw new ProblemError({
      code: 'dataset-uneven',
      message: `The test pictures are ${sizeWords(test)}, those to train on ${sizeWords(train)}.`,
      fix: 'Name files whose pictures have one size.',
      place: { file: files.test.images },
    });
  }
  const classes = source.classes ?? numbersUpTo(largest(train.labels));
  refuseAny([
    ...strangeLabel(train.labels, { classes, file: files.train.labels }),
    ...strangeLabel(test.labels, { classes, file: files.test.labels }),
  ]);
  return { name, height, width, channels, classes, ...splitsOf({ train, test }, spec) };
}

/** The files of a folder: each as it is where there is one, else as it is published. */
async function filesIn(folder: string, { files: { train, test } }: IdxSource): Promise<IdxSource['files']> {
  const placed = async (name: string): Promise<string> => {
    const file = join(folder, name);
    return access(file).then(
      () => file,
      () => `${file}.gz`,
    );
  };
  const pair = async ({ images, labels }: IdxPair): Promise<IdxPair> => ({
    images: await placed(images),
    labels: await placed(labels),
  });
  return { train: await pair(train), test: await pair(test) };
}

async function readPair(
  pair: IdxPair,
  { name, fix }: { name: string; fix: string },
): Promise<Split & Omit<IdxImages, 'count'>> {
  const read = async (file: string): Promise<Uint8Array> =>
    unzipped(await readDataFile({ file, fix }, { dataset: name }), { file, fix }, roomFor);
  const [{ count, ...pictures }, labels] = await allOf([
    read(pair.images).then((bytes) => parseIdxImages(bytes, { file: pair.images, fix })),
    read(pair.labels).then((bytes) => parseIdxLabels(bytes, { file: pair.labels, fix })),
  ]);
  if (count !== labels.length || count === 0) {
    throw new ProblemError({
      code: 'dataset-uneven',
      message: `There are ${labels.length} labels for the ${count} pictures of ${pair.images}.`,
      fix: 'Name the files of pictures and labels that belong together.',
      place: { file: pair.labels },
    });
  }
  return { ...pictures, labels };
}

/** The size that an IDX file says, if there is room for so much. @throws ProblemError `dataset-too-large` */
function roomFor(begin: Uint8Array): number | null {
  const size = idxSize(begin);
  if (size !== null) checkMemoryRoom([size]);
  return size;
}

/** `label-out-of-range` for the first label that is none of the classes. */
function strangeLabel(
  labels: Int32Array,
  { classes, file }: { classes: readonly string[]; file: string },
): readonly Problem[] {
  const strange = labels.findIndex((label) => label >= classes.length);
  if (strange < 0) return [];
  return [
    {
      code: 'label-out-of-range',
      message: `Label ${strange} is ${labels[strange] ?? NaN}, but there are ${classes.length} classes, 0 to ${classes.length - 1}.`,
      fix: 'Check the file; a data set with other classes needs their names in `data.classes`.',
      place: { file },
    },
  ];
}

const sizeWords = ({ height, width, channels }: Omit<IdxImages, 'count' | 'images'>): string =>
  `${height}×${width} pixels with ${channels === 1 ? 'one channel' : '3 channels'}`;

const numbersUpTo = (last: number): string[] => Array.from({ length: last + 1 }, (_, label) => String(label));
const largest = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label), 1);
