import { stat } from 'node:fs/promises';
import { dataWords } from '../../core/datasets/datasets.js';
import { splitWords } from '../../core/datasets/dataWords.js';
import { formatProblem, ProblemError, type Problem } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import type { ImagesSpec } from '../../core/spec/spec.js';
import type { DecodedSplit } from '../../data/cache/decodedPictures.js';
import { fileProblem } from '../../node/fileProblem.js';
import type { SplitName } from '../../run/folder.js';
import { damagedProblem, leftOutWarning } from '../../data/imageFolder/damaged.js';
import { listImageFolder, type Example, type ImageFolder } from '../../data/imageFolder/listImageFolder.js';
import type { Dataset, Reading, Split } from './dataset.js';
import { Decoder, type PictureSize } from './decodePictures.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { chooseExamples } from './splits.js';

/** The order of a folder does not depend on the run's seed, so that all runs see the same first examples. */
const orderSeed = 0;
const splits: readonly SplitName[] = ['train', 'validation', 'test'];

/**
 * A folder of pictures, listed by {@link listImageFolder}. Sorted by class, the first thousand would be of one class
 * only: the pictures of a split are put into an order that is drawn by a fixed seed, so that a limit takes some of each.
 * Only pictures that are used are decoded, and only if they are not stored since an earlier run.
 *
 * Pictures are grey where all that are used are, and in colour otherwise.
 * @throws ProblemError for what is wrong with the folder, pictures that differ in size, those that cannot be decoded, all
 *   at once, and more than fit into memory
 */
export async function loadImageFolder(
  spec: ImagesSpec,
  { decoded, say, onProgress }: Pick<Reading, 'decoded' | 'say' | 'onProgress'>,
): Promise<Dataset> {
  const { folder: listed, faults, notes, warnings } = await listImageFolder(spec);
  if (listed === null) throw new ProblemError(joined(faults));
  notes.forEach(say.note);
  warnings.forEach(say.warn);
  const examples = chosenOf(listed, spec);
  const decoder = await Decoder.load();
  const [first, size] = await firstPicture(examples.train, { spec, decoder });
  checkMemoryRoom(splits.map((split) => examples[split].length * size.height * size.width * 3));
  const resize = spec.size !== undefined;
  const decodedOf = async (split: SplitName): Promise<DecodedSplit | null> => {
    const files = examples[split].map(({ file }) => file);
    if (files.length === 0) return null;
    return decoded.split({
      // Names and not places: a folder that has moved holds the same pictures.
      identity: { decoder: decoder.version, size, resize, files: await signsOf(examples[split]) },
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
  const found = {
    train: await decodedOf('train'),
    validation: await decodedOf('validation'),
    test: await decodedOf('test'),
  };
  const labels = leftLabels(examples, { found, classes: listed.classes, spec, warn: say.warn });
  const channels = splits.some((split) => found[split]?.channels === 3) ? 3 : 1;
  const splitOf = (split: SplitName): Split => ({ ...picturesOf(found[split], channels), labels: labels[split] });
  return {
    name: 'images',
    ...size,
    channels,
    classes: listed.classes,
    train: splitOf('train'),
    validation: splitOf('validation'),
    test: splitOf('test'),
  };
}

type Examples = Readonly<Record<SplitName, readonly Example[]>>;

/** The pictures of each split in their drawn order, as many as are used. */
function chosenOf(listed: ImageFolder, spec: ImagesSpec): Examples {
  const chosen = chooseExamples({ train: listed.train.length, test: listed.test.length }, spec);
  const training = drawnOrder(listed.train, 'train');
  const validation = drawnOrder(listed.validation, 'validation').slice(0, spec.limit.validation);
  return {
    train: picked(training, chosen.train),
    // Held out by number, or found as a split of its own: never both.
    validation: listed.validation.length > 0 ? validation : picked(training, chosen.validation),
    test: picked(drawnOrder(listed.test, 'test'), chosen.test),
  };
}

/** The picture whose size all must have, where none is asked for: the first that can be decoded. */
async function firstPicture(
  examples: readonly Example[],
  { spec, decoder }: { spec: ImagesSpec; decoder: Decoder },
): Promise<[Example, PictureSize]> {
  const [first] = examples;
  if (first === undefined) throw new Error('a listed image folder has pictures to train on');
  const asked = sizeAsked(spec);
  if (asked !== null) return [first, asked];
  for (const example of examples) {
    const size = await decoder.sizeOf(example.file);
    if (size !== null) return [example, size];
  }
  return [first, { height: 1, width: 1 }];
}

/**
 * Labels of the pictures that were decoded.
 * @throws ProblemError `picture-damaged` with all that could not be, unless they are to be left out; `class-empty` and
 *   `dataset-missing` where nothing is left without them
 */
function leftLabels(
  examples: Examples,
  {
    found,
    classes,
    spec,
    warn,
  }: {
    found: Readonly<Record<SplitName, DecodedSplit | null>>;
    classes: readonly string[];
    spec: ImagesSpec;
    warn: (warning: Problem) => void;
  },
): Readonly<Record<SplitName, Int32Array>> {
  const damagedOf = (split: SplitName) => found[split]?.damaged ?? [];
  const damaged = splits.flatMap((split) =>
    damagedOf(split).map(({ index, why }) => ({ file: examples[split][index]?.file ?? '', why })),
  );
  const all = { folder: spec.folder, of: splits.reduce((sum, split) => sum + examples[split].length, 0) };
  if (damaged.length > 0 && spec.damaged !== 'skip') throw new ProblemError(damagedProblem(damaged, all));
  const labelsOf = (split: SplitName): Int32Array => {
    const gone = new Set(damagedOf(split).map(({ index }) => index));
    return Int32Array.from(
      examples[split].filter((_, index) => !gone.has(index)),
      ({ label }) => label,
    );
  };
  const labels = { train: labelsOf('train'), validation: labelsOf('validation'), test: labelsOf('test') };
  if (damaged.length === 0) return labels;
  checkLeft(labels, { examples, classes, folder: spec.folder });
  warn(leftOutWarning(damaged, all));
  return labels;
}

function checkLeft(
  labels: Readonly<Record<SplitName, Int32Array>>,
  { examples, classes, folder }: { examples: Examples; classes: readonly string[]; folder: string },
): void {
  const place = { file: folder, path: 'data.folder' };
  const fix = 'Replace the damaged pictures.';
  const had = new Set(examples.train.map(({ label }) => label));
  const lost = classes.filter((_, label) => had.has(label) && !labels.train.includes(label));
  const empty = splits.find((split) => examples[split].length > 0 && labels[split].length === 0);
  if (lost.length > 0) {
    const message = `Without the pictures that are left out there are none to learn ${lost.join(', ')} from.`;
    throw new ProblemError({ code: 'class-empty', message, fix, place });
  }
  if (empty === undefined) return;
  const message = `Without the pictures that are left out there are none in the split ${empty}.`;
  throw new ProblemError({ code: 'dataset-missing', message, fix, place });
}

/** All that is wrong as one problem. */
function joined(faults: readonly Problem[]): Problem {
  const [first, ...others] = faults;
  if (first === undefined) throw new Error('a folder without faults was listed');
  if (others.length === 0) return first;
  return {
    ...first,
    message: [first, ...others]
      .map((fault) => formatProblem({ ...fault, ...(fault === first && { place: {} }) }))
      .join('\n'),
  };
}

/**
 * What tells files from what they were or will be, without reading them: names, sizes, and when contents and the entry
 * in the folder last changed. The latter is not put back by whoever copies a file with its time.
 */
async function signsOf(examples: readonly Example[]): Promise<string[][]> {
  return Promise.all(
    examples.map(async ({ file, name }) => {
      try {
        const { size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        return [name, `${size}`, `${mtimeNs}`, `${ctimeNs}`];
      } catch (error) {
        throw fileProblem(error, { path: file, attempt: 'read the picture' });
      }
    }),
  );
}

function sizeAsked({ size }: ImagesSpec): PictureSize | null {
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
