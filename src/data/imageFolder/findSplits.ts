import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { heldOutCount } from '../../core/datasets/datasets.js';
import { splitShares, type ImagesSpec } from '../../core/datasets/images.js';
import type { SplitName } from '../../run/folder.js';
import { entriesOf, type FolderEntries } from './folderEntries.js';
import { promiseOf } from './pictureContents.js';
import { splitNamed } from './splitNames.js';
import { listed, namesWords } from './words.js';

/** Which folders hold the pictures of which split. */
export interface SplitFolders {
  readonly train: string;
  /** Null where nobody made a folder of them. */
  readonly validation: string | null;
  readonly test: string | null;
  /** Why it was found so, where that goes without saying for nobody: sentences. */
  readonly said: readonly string[];
}

/** A folder with what lies in it. */
interface Looked extends FolderEntries {
  readonly path: string;
}

/** How deep one folder may lie in another until there is something beside it. */
const mostAround = 4;

/**
 * Finds the folders of the splits: by the keys of the spec, or by what they are called; inside one more folder, where
 * that is all there is; or all classes together as training pictures, where there is no split.
 * @returns the folders, or what is wrong
 * @throws ProblemError where the folder itself cannot be looked into
 */
export async function findSplits(spec: ImagesSpec): Promise<SplitFolders | Problem> {
  const named = namedFolders(spec);
  const wrong = (await Promise.all(Object.entries(named).map((each) => wrongName(each, spec)))).find(
    (problem) => problem !== null,
  );
  if (wrong !== undefined) return wrong;
  const base = named.train === undefined ? await baseOf(spec.folder) : await looked(spec.folder);
  if ('code' in base) return base;
  const found = await splitsIn(base, new Set(Object.values(named)));
  for (const split of ['train', 'validation', 'test'] as const) {
    const [first, second] = found[split];
    if (named[split] === undefined && first !== undefined && second !== undefined) {
      return twoCandidates(split, { names: found[split], folder: base.path });
    }
  }
  const pathOf = (split: SplitName): string | null => {
    const name = found[split][0];
    return named[split] ?? (name === undefined ? null : join(base.path, name));
  };
  const train = pathOf('train');
  const rest = { validation: pathOf('validation'), test: pathOf('test') };
  const flat = base.folders.filter((name) => splitNamed(name) !== null && !Object.values(found).flat().includes(name));
  if (train !== null) return meant({ train: await insideItself(train), ...rest }, { spec, named, flat });
  // A folder of test pictures is no class, and neither are those beside it.
  if (rest.test !== null || rest.validation !== null) {
    const training = flat.filter((name) => splitNamed(name) === 'train');
    return training.length > 0 ? noClasses(base, training) : noTraining(base);
  }
  if (flat.length > 0 && flat.length === base.folders.length) return noClasses(base, flat);
  return { train: base.path, validation: null, test: null, said: [] };
}

/** The folders that the spec names, absolute. */
function namedFolders({ folder, train, test, validation }: ImagesSpec): Partial<Record<SplitName, string>> {
  const at = (name: string | number | undefined): string | undefined =>
    typeof name === 'string' ? resolve(folder, name) : undefined;
  const all = { train: at(train), validation: at(validation), test: at(test) };
  return Object.fromEntries(Object.entries(all).filter(([, path]) => path !== undefined));
}

async function wrongName([split, path]: readonly [string, string], { folder }: ImagesSpec): Promise<Problem | null> {
  if (await stat(path).then((found) => found.isDirectory(), () => false)) return null; // prettier-ignore
  const there = await looked(folder);
  return {
    code: 'dataset-missing',
    message: `There is no folder ${path}. In ${folder} there ${namesWords(there.folders, { none: 'is no folder', kind: 'folder' })}.`,
    fix: `Correct the name; it is relative to \`folder\`.`,
    place: { path: `data.${split}` },
  };
}

async function looked(path: string): Promise<Looked> {
  return { path, ...(await entriesOf(path)) };
}

/** The folder that holds the splits, or the classes: the one that is named, or one inside it. */
async function baseOf(folder: string): Promise<Looked | Problem> {
  let here = await looked(folder);
  for (let around = 0; around < mostAround; around++) {
    const { folders, path } = here;
    if ((await splitsIn(here, new Set())).train.length > 0) return here;
    const inner = await Promise.all(folders.map((name) => quietly(join(path, name))));
    const splitInside = await Promise.all(
      inner.map(async (each) => (await splitsIn(each, new Set())).train.length > 0),
    );
    const holders = folders.filter((_, index) => splitInside[index] === true);
    const [only, ...others] = holders;
    if (only !== undefined && others.length > 0) return severalSets(path, holders);
    if (only !== undefined) return looked(join(path, only));
    const [single, ...beside] = inner;
    // One folder with several in it is no class but goes round them.
    if (single === undefined || beside.length > 0 || holdsPictures(here) || single.folders.length < 1) return here;
    if (single.folders.length === 1 && holdsPictures(single)) return here;
    here = single;
  }
  return here;
}

const holdsPictures = ({ files }: Looked): boolean => files.some((name) => promiseOf(name) === 'picture');

/** A folder as it looks, empty where it cannot be looked into: whoever reads it says so. */
async function quietly(path: string): Promise<Looked> {
  return looked(path).catch(() => ({ path, folders: [], files: [], broken: [], hidden: 0 }));
}

/** Folders in it that are called like a split and hold folders of classes; `taken` are those that have their part. */
async function splitsIn({ path, folders }: Looked, taken: ReadonlySet<string>): Promise<Record<SplitName, string[]>> {
  const found: Record<SplitName, string[]> = { train: [], validation: [], test: [] };
  for (const name of folders) {
    const split = splitNamed(name);
    if (split === null || taken.has(join(path, name))) continue;
    const { folders: classes, broken } = await quietly(join(path, name));
    if (classes.length > 0 || broken.length > 0) found[split].push(name);
  }
  return found;
}

/** `training_set/training_set/…`, as some archives have it. */
async function insideItself(path: string): Promise<string> {
  const { folders, files } = await quietly(path);
  const [only, ...others] = folders;
  if (only === undefined || others.length > 0 || files.length > 0 || splitNamed(only) === null) return path;
  return join(path, only);
}

/** What the folders are for, beside what the spec says. */
async function meant(
  { train, validation, test }: { train: string; validation: string | null; test: string | null },
  { spec, named, flat }: { spec: ImagesSpec; named: Partial<Record<SplitName, string>>; flat: readonly string[] },
): Promise<SplitFolders | Problem> {
  const unused = flat.map((name) => `\`${name}\` is not used: its pictures lie in no folder of a class.`);
  const shares = splitShares(spec.split);
  const inside = async (path: string | null): Promise<string | null> => (path === null ? null : insideItself(path));
  const found = { train, validation: await inside(validation), test: await inside(test) };
  const nameOf = (path: string): string => `\`${basename(path)}\``;
  if (shares.test > 0 && found.test !== null) return notNeeded('test', nameOf(found.test));
  if (found.validation === null) return { ...found, said: unused };
  if (found.test === null && shares.test === 0 && named.validation === undefined) {
    const said = [...unused, `There are no other test pictures: ${nameOf(found.validation)} is the test split.`];
    return { train, validation: null, test: found.validation, said };
  }
  if (shares.validation > 0) return notNeeded('validation', nameOf(found.validation));
  if (heldOutCount(spec) === 0) return { ...found, said: unused };
  const said = [
    ...unused,
    `${nameOf(found.validation)} is not used: \`"validation": ${heldOutCount(spec)}\` holds out training pictures.`,
  ];
  return { ...found, validation: null, said };
}

const splitWords = { train: 'training', validation: 'validation', test: 'test' } as const;

function twoCandidates(split: SplitName, { names, folder }: { names: readonly string[]; folder: string }): Problem {
  const [first = ''] = names;
  return {
    code: 'dataset-ambiguous',
    message: `There are several folders that could hold the ${splitWords[split]} pictures: ${listed(names)}.`,
    fix: `Say which is meant, as \`"${split}": ${JSON.stringify(first)}\` in \`data\`, or rename the others.`,
    place: { file: folder, path: 'data.folder' },
  };
}

function severalSets(folder: string, holders: readonly string[]): Problem {
  const [first = ''] = holders;
  return {
    code: 'dataset-ambiguous',
    message: `Several folders hold a training set: ${listed(holders)}.`,
    fix: `Name one of them as \`folder\`, as ${join(folder, first)}.`,
    place: { file: folder, path: 'data.folder' },
  };
}

function noTraining({ path, folders }: Looked): Problem {
  return {
    code: 'dataset-missing',
    message: `There is no folder of training pictures: there ${namesWords(folders, { none: 'is no folder', kind: 'folder' })}.`,
    fix: 'Call it `train`, or name it: `"train": "…"` in `data`.',
    place: { file: path, path: 'data.folder' },
  };
}

function noClasses({ path }: Looked, flat: readonly string[]): Problem {
  return {
    code: 'dataset-classes',
    message: `There are no folders of classes in ${listed(flat)}: of pictures that lie in none the class is not known.`,
    fix: 'Put the pictures of each class into a folder of its own: `train/<class>/…`.',
    place: { file: path, path: 'data.folder' },
  };
}

function notNeeded(split: 'test' | 'validation', folder: string): Problem {
  return {
    code: 'split-not-needed',
    message: `\`split\` draws ${splitWords[split]} pictures, and ${folder} holds some already.`,
    fix: 'Remove it from `split`, or name the folder of training pictures alone as `folder`.',
    place: { path: 'data.split' },
  };
}
