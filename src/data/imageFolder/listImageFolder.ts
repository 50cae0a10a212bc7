import { basename, join } from 'node:path';
import { ProblemError, problemOf, type Problem } from '../../core/problem.js';
import { splitShares, type ImagesSpec } from '../../core/datasets/images.js';
import { count, counted } from '../../core/words.js';
import type { SplitName } from '../../run/folder.js';
import { classFaults, classNotes, type ListedSplits } from './classFaults.js';
import { damagedProblem, insideName, leftOutWarning } from './damaged.js';
import { drawFaults, drawnCounts, drawSplits } from './drawSplits.js';
import { findSplits, type SplitFolders } from './findSplits.js';
import { listClasses, type ListedClasses, type PictureFile } from './listClasses.js';
import { listed, passedOverWords } from './words.js';

/** A picture of an image folder, and its class by number. */
export interface Example {
  readonly file: string;
  /** `train/cats/1.jpg`, whatever the folders are called: the same pictures found otherwise have the same names. */
  readonly name: string;
  readonly label: number;
}

/** What lies in an image folder: classes in sorted order, pictures by class and name. */
export interface ImageFolder {
  readonly classes: readonly string[];
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly test: readonly Example[];
}

/** An image folder as it was found, or all that is wrong with it. */
export interface ImageListing {
  /** Null where there are faults. */
  readonly folder: ImageFolder | null;
  /** With the file or folder in `place.file`, and the setting to blame in `place.path`. */
  readonly faults: readonly Problem[];
  /** What a person should know: how its splits were found, and what is odd about it. */
  readonly notes: readonly string[];
  /** What is left out that somebody meant to be there. */
  readonly warnings: readonly Problem[];
}

/**
 * Lists an image folder without decoding a picture: its splits, wherever they lie and whatever they are called, its
 * classes, and what is wrong with any of them, all at once. Pictures are told by what they contain.
 * @param spec with an absolute folder
 * @param signal stops it; its reason is thrown
 */
export async function listImageFolder(
  spec: ImagesSpec,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ImageListing> {
  try {
    const found = await findSplits(spec);
    if ('code' in found) return faulty([found]);
    const list = async (folder: string | null): Promise<ListedClasses | null> =>
      folder === null ? null : listClasses(folder, { signal });
    const train = await listClasses(found.train, { signal });
    const listed = { train, validation: await list(found.validation), test: await list(found.test) };
    const faults = faultsOf(listed, spec);
    return faults.length > 0 ? faulty(faults) : whole(listed, { found, spec });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return faulty([problemOf(error)]);
  }
}

const faulty = (faults: readonly Problem[]): ImageListing => ({ folder: null, faults, notes: [], warnings: [] });

const partsOf = ({ train, validation, test }: ListedSplits): ListedClasses[] =>
  [train, validation, test].filter((each) => each !== null);

/** Pictures that can be used, of all classes. */
const pictureCount = ({ classes }: ListedClasses): number =>
  [...classes.values()].reduce((sum, pictures) => sum + pictures.length, 0);

function faultsOf(listed: ListedSplits, spec: ImagesSpec): Problem[] {
  const parts = partsOf(listed);
  const damaged = parts.flatMap((each) => each.damaged);
  const pictures = parts.reduce((sum, each) => sum + pictureCount(each), damaged.length);
  const told = damaged.length > 0 && spec.damaged !== 'skip';
  const shares = splitShares(spec.split);
  const sizes = new Map([...listed.train.classes].map(([name, files]) => [name, files.length] as const));
  return [
    ...parts.flatMap(({ failures }) => failures.map(problemOf)),
    ...(told ? [damagedProblem(damaged, { folder: spec.folder, of: pictures })] : []),
    ...classFaults(listed, spec),
    ...drawFaults(sizes, shares),
    ...(listed.test === null && shares.test === 0 && sizes.size >= 2 ? [withoutTest(listed.train, spec)] : []),
  ];
}

/** What is there and what to write, where nothing says what to test on. */
function withoutTest(train: ListedClasses, { folder }: ImagesSpec): Problem {
  const test = 0.2;
  const sizes = [...train.classes.values()].map((files) => drawnCounts(files.length, { test, validation: 0, seed: 0 }));
  const drawn = sizes.reduce((sum, each) => sum + each.test, 0);
  const name = insideName(train.folder, folder);
  const where = name === '' ? '' : ` in \`${name}\``;
  const classes = `${count(train.classes.size)} classes (${listed([...train.classes.keys()])})`;
  const there = `${classes}, ${counted(pictureCount(train), 'picture')}`;
  return {
    code: 'dataset-no-test',
    message: `There are no test pictures: ${there}${where}, and no folder \`test\`, \`val\` or alike beside them.`,
    fix: `Write \`"split": ${test}\` into \`data\`: ${count(drawn)} of them are then drawn to test on, a fifth of each class, always the same ones; or name the folder as \`"test"\`.`,
    place: { file: train.folder, path: 'data.folder' },
  };
}

function whole(listed: ListedSplits, { found, spec }: { found: SplitFolders; spec: ImagesSpec }): ImageListing {
  const classes = [...listed.train.classes.keys()];
  const byClass = (split: SplitName): Example[][] =>
    classes.map((name, label) =>
      examplesOf(listed[split]?.classes.get(name) ?? [], { prefix: `${split}/${name}`, label }),
    );
  const drawn = drawSplits(byClass('train'), splitShares(spec.split));
  const folder = {
    classes,
    train: drawn.train,
    validation: [...drawn.validation, ...byClass('validation').flat()],
    test: [...drawn.test, ...byClass('test').flat()],
  };
  const damaged = partsOf(listed).flatMap((each) => each.damaged);
  const pictures = folder.train.length + folder.validation.length + folder.test.length;
  const all = { folder: spec.folder, of: pictures + damaged.length };
  const passed = passedOver(listed);
  const files = [...passed.values()].reduce((sum, number) => sum + number, all.of);
  const passedNote = `${count(pictures)} of ${counted(files, 'file')} are read; passed over: ${passedOverWords(passed)}.`;
  // Files that are pictures and not read are missed by somebody; a list or a `.DS_Store` is not.
  const missed = [...passed.keys()].some((ending) => ending !== '');
  return {
    folder,
    faults: [],
    notes: [
      ...splitNotes(folder, { found, spec }),
      ...(passed.size > 0 && !missed ? [passedNote] : []),
      ...classNotes(listed),
    ],
    warnings: [
      ...(missed ? [passedOverWarning(passedNote, spec)] : []),
      ...(damaged.length === 0 ? [] : [leftOutWarning(damaged, all)]),
    ],
  };
}

function passedOverWarning(message: string, { folder }: ImagesSpec): Problem {
  const fix = 'Convert the pictures among them to PNG or JPEG, or leave them.';
  return { code: 'pictures-passed-over', message, fix, place: { file: folder, path: 'data.folder' } };
}

function examplesOf(pictures: readonly PictureFile[], { prefix, label }: { prefix: string; label: number }): Example[] {
  return pictures.map(({ file, name }) => ({ file, name: `${prefix}/${name}`, label }));
}

/** How many files were passed over, in all splits. */
function passedOver(listed: ListedSplits): Map<string, number> {
  const all = new Map<string, number>();
  for (const part of partsOf(listed)) {
    for (const [ending, number] of part.passedOver) all.set(ending, (all.get(ending) ?? 0) + number);
  }
  return all;
}

/** Which folders are which split, where they are not `train` and `test` of the folder itself. */
function splitNotes(folder: ImageFolder, { found, spec }: { found: SplitFolders; spec: ImagesSpec }): string[] {
  const isCalled = (split: 'train' | 'test'): boolean => found[split] === join(spec.folder, split);
  if (
    isCalled('train') &&
    isCalled('test') &&
    found.validation === null &&
    spec.split === undefined &&
    found.said.length === 0
  )
    return [];
  const words = (split: SplitName, what: string): string[] => {
    const place = found[split];
    if (folder[split].length === 0) return [];
    const where = place === null ? 'drawn from each class' : `\`${insideName(place, spec.folder) || basename(place)}\``;
    return [`${what} ${where} (${counted(folder[split].length, 'picture')})`];
  };
  const all = [...words('train', 'training'), ...words('validation', 'validation'), ...words('test', 'test')];
  return [[`Splits of ${spec.folder}: ${all.join(', ')}.`, ...found.said].join(' ')];
}
