import { allOf, ProblemError, refuseAny, type Problem } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { readDataFile, unzipped } from './dataFile.js';
import type { Dataset, Split } from './dataset.js';
import { idxSize, parseIdxImages, parseIdxLabels, type IdxImages } from './idx.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { splitsOf } from './splits.js';

/** The two files of a split. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

const fix = 'Check the file, or name another one in `data`.';

/**
 * Any data set in the IDX format of MNIST, each file as it is or compressed with gzip.
 * @throws ProblemError where a file is missing, damaged or does not fit the others; it names the file
 */
export function loadIdx(spec: Extract<DataSpec, { dataset: 'idx' }>): Promise<Dataset> {
  return loadIdxSet({ name: 'idx', files: spec, classes: spec.classes ?? null, fix }, spec);
}

/**
 * A data set of four IDX files.
 * @param source `classes`: their names; null for as many numbers as the labels of the training set need
 * @throws ProblemError as {@link loadIdx}
 */
export async function loadIdxSet(
  source: {
    readonly name: string;
    readonly files: { readonly train: IdxPair; readonly test: IdxPair };
    readonly classes: readonly string[] | null;
    /** What to do about a file that is missing or damaged. */
    readonly fix: string;
  },
  spec: Pick<DataSpec, 'validation' | 'limit'>,
): Promise<Dataset> {
  const { name, files } = source;
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
