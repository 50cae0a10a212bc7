import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { dataWords, splitWords } from '../../core/dataWords.js';
import { randomStream } from '../../core/random.js';
import type { DataSpec } from '../../core/spec/spec.js';
import type { DecodedSplit } from '../../run/cache/decodedPictures.js';
import { fileProblem } from '../../run/files/fileProblem.js';
import type { SplitName } from '../../run/folder.js';
import type { Dataset, Reading, Split } from './dataset.js';
import { Decoder, type PictureSize } from './decodePictures.js';
import { listImageFolder, type Example } from './listImageFolder.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { chooseExamples } from './splits.js';

/** The order of a folder does not depend on the run's seed, so that all runs see the same first examples. */
const orderSeed = 0;
const splits: readonly SplitName[] = ['train', 'validation', 'test'];

/**
 * Folders of pictures, `train/<class>/…` and `test/<class>/…`, classes in sorted order. Sorted by class, the first
 * thousand would be of one class only: the pictures of a split are put into an order that is drawn by a fixed seed, so
 * that a limit takes some of each. Only pictures that are used are decoded, and only if they are not stored since an
 * earlier run.
 *
 * Pictures are grey where all that are used are, and in colour otherwise.
 * @throws ProblemError for a folder that is laid out otherwise, pictures that differ in size, one that cannot be
 *   decoded, and more than fit into memory
 */
export async function loadImageFolder(
  spec: Extract<DataSpec, { dataset: 'images' }>,
  { decoded, onProgress }: Pick<Reading, 'decoded' | 'onProgress'>,
): Promise<Dataset> {
  const listed = await listImageFolder(spec.folder);
  const chosen = chooseExamples({ train: listed.train.length, test: listed.test.length }, spec);
  const training = drawnOrder(listed.train, 'train');
  const examples = {
    train: picked(training, chosen.train),
    validation: picked(training, chosen.validation),
    test: picked(drawnOrder(listed.test, 'test'), chosen.test),
  };
  const decoder = await Decoder.load();
  const first = examples.train[0] ?? listed.train[0];
  if (first === undefined) throw new Error('a listed image folder has pictures to train on');
  const size = sizeAsked(spec) ?? (await decoder.sizeOf(first.file));
  checkMemoryRoom(splits.map((split) => examples[split].length * size.height * size.width * 3));
  const resize = spec.size !== undefined;
  const decodedOf = async (split: SplitName): Promise<DecodedSplit | null> => {
    const files = examples[split].map(({ file }) => file);
    if (files.length === 0) return null;
    return decoded.split({
      // Names and not places: a folder that has moved holds the same pictures.
      identity: { decoder: decoder.version, size, resize, files: await signsOf(files, { folder: spec.folder }) },
      what: splitWords(split, { n: files.length, of: dataWords(spec) }),
      decode: () =>
        decoder.decode(files, {
          size,
          resize,
          like: first.file,
          onProgress: onProgress(`decoding pictures, ${split}`),
        }),
    });
  };
  const [train, validation, test] = [await decodedOf('train'), await decodedOf('validation'), await decodedOf('test')];
  const channels = [train, validation, test].some((split) => split?.channels === 3) ? 3 : 1;
  const splitOf = (split: SplitName, found: DecodedSplit | null): Split => ({
    ...picturesOf(found, channels),
    labels: Int32Array.from(examples[split], ({ label }) => label),
  });
  return {
    name: 'images',
    ...size,
    channels,
    classes: listed.classes,
    train: splitOf('train', train),
    validation: splitOf('validation', validation),
    test: splitOf('test', test),
  };
}

/**
 * What tells files from what they were or will be, without reading them: names, sizes, and when contents and the entry
 * in the folder last changed. The latter is not put back by whoever copies a file with its time.
 */
async function signsOf(files: readonly string[], { folder }: { folder: string }): Promise<string[][]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        const { size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        return [relative(folder, file).split(sep).join('/'), `${size}`, `${mtimeNs}`, `${ctimeNs}`];
      } catch (error) {
        throw fileProblem(error, { path: file, attempt: 'read the picture' });
      }
    }),
  );
}

function sizeAsked({ size }: Extract<DataSpec, { dataset: 'images' }>): PictureSize | null {
  if (size === undefined) return null;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { height, width };
}

function drawnOrder(examples: readonly Example[], split: string): Example[] {
  return picked(examples, randomStream(orderSeed, 'image folder', split).shuffle(examples.length));
}

function picked(examples: readonly Example[], indices: Int32Array): Example[] {
  return Array.from(indices, (index) => {
    const example = examples[index];
    if (example === undefined) throw new RangeError(`no picture ${index}`);
    return example;
  });
}

/** As all splits have them: grey pictures in colour where others are coloured. */
function picturesOf(split: DecodedSplit | null, channels: 1 | 3): Pick<Split, 'images' | 'sha256'> {
  if (split === null) return { images: new Uint8Array() };
  if (split.channels === channels) return { images: split.pixels, sha256: split.sha256 };
  const images = new Uint8Array(3 * split.pixels.length);
  split.pixels.forEach((value, pixel) => images.fill(value, 3 * pixel, 3 * pixel + 3));
  return { images };
}
