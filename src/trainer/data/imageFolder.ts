import { randomStream } from '../../core/random.js';
import type { DataSpec } from '../../core/spec.js';
import type { Dataset, Reading } from './dataset.js';
import { Decoder, type DecodedPictures, type PictureSize } from './decodePictures.js';
import { listImageFolder, type Example } from './listImageFolder.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { chooseExamples } from './splits.js';

/** The order of a folder does not depend on the run's seed, so that all runs see the same first examples. */
const orderSeed = 0;
const splits = ['train', 'validation', 'test'] as const;

/**
 * Folders of pictures, `train/<class>/…` and `test/<class>/…`, classes in sorted order. Sorted by class, the first
 * thousand would be of one class only: the pictures of a split are put into an order that is drawn by a fixed seed, so
 * that a limit takes some of each. Only pictures that are used are decoded.
 *
 * Pictures are grey where all that are used are, and in colour otherwise.
 * @throws ProblemError for a folder that is laid out otherwise, pictures that differ in size, one that cannot be
 *   decoded, and more than fit into memory
 */
export async function loadImageFolder(
  spec: Extract<DataSpec, { dataset: 'images' }>,
  { onProgress }: Pick<Reading, 'onProgress'>,
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
  const decoded: Record<(typeof splits)[number], DecodedPictures | null> = {
    train: null,
    validation: null,
    test: null,
  };
  for (const split of splits) {
    const files = examples[split].map(({ file }) => file);
    decoded[split] = await decoder.decode(files, {
      size,
      resize: spec.size !== undefined,
      like: first.file,
      onProgress: onProgress(`decoding pictures, ${split}`),
    });
  }
  const coloured = splits.some((split) => decoded[split]?.coloured === true);
  const splitOf = (split: (typeof splits)[number]) => {
    const rgb = decoded[split]?.rgb ?? new Uint8Array();
    const labels = Int32Array.from(examples[split], ({ label }) => label);
    return { images: coloured ? rgb : everyThird(rgb), labels };
  };
  return {
    name: 'images',
    ...size,
    channels: coloured ? 3 : 1,
    classes: listed.classes,
    train: splitOf('train'),
    validation: splitOf('validation'),
    test: splitOf('test'),
  };
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

/** Grey pictures from three equal channels. */
function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = rgb[3 * pixel] ?? 0;
  return grey;
}
