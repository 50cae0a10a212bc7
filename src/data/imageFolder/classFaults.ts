import { join } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import { insideName } from './damaged.js';
import type { ListedClasses } from './listClasses.js';
import { listed, passedOverWords } from './words.js';

/** The folders of classes of each split; null where there is no folder of it. */
export interface ListedSplits {
  readonly train: ListedClasses;
  readonly validation: ListedClasses | null;
  readonly test: ListedClasses | null;
}

const layout =
  'An image folder holds `train/<class>/…` and `test/<class>/…`, with the pictures of each class in a folder of its own.';

/** What is wrong with the classes of an image folder, all of it. */
export function classFaults({ train, validation, test }: ListedSplits, { folder }: { folder: string }): Problem[] {
  const all = [train, validation, test].filter((each) => each !== null);
  const links = all.flatMap(({ brokenClasses }) => brokenClasses);
  const broken = links.map(({ file, why }) =>
    fault('link-broken', { file }, `This ${why}.`, 'Correct the link, or delete it.'),
  );
  const evaluated = [validation, test].filter((each) => each !== null);
  const without = evaluated.filter(({ classes }) => [...classes.values()].every((pictures) => pictures.length === 0));
  return [
    ...broken,
    // A link that leads nowhere may be the class that is missing.
    ...(broken.length > 0 ? [] : fewClasses(train, { folder })),
    ...[...train.classes].filter(([, pictures]) => pictures.length === 0).map(([name]) => emptyClass(train, name)),
    ...evaluated.flatMap((each) => strangers(each, train)),
    ...without.map((each) =>
      fault(
        'dataset-missing',
        { file: each.folder },
        `There are no pictures to ${each === test ? 'test' : 'validate'} on.`,
        layout,
      ),
    ),
  ];
}

function fault(code: string, { file }: { file: string }, message: string, fix: string): Problem {
  return { code, message, fix, place: { file, path: 'data.folder' } };
}

function fewClasses({ folder: file, classes, loose }: ListedClasses, { folder }: { folder: string }): Problem[] {
  if (classes.size >= 2) return [];
  const name = insideName(file, folder);
  const where = name === '' ? 'it' : `\`${name}\``;
  const found = classes.size === 0 ? 'no class' : `only the class ${[...classes.keys()].join('')}`;
  const beside =
    loose === 0
      ? ''
      : ` ${counted(loose, 'picture')} ${loose === 1 ? 'lies' : 'lie'} in ${where} itself, in the folder of no class.`;
  const message = `There is ${found} in the folder, expected a folder for each of two or more.${beside}`;
  return [fault('dataset-classes', { file }, message, layout)];
}

function emptyClass({ folder, passedOver }: ListedClasses, name: string): Problem {
  const passed = passedOver.size === 0 ? '' : ` Passed over: ${passedOverWords(passedOver)}.`;
  const message = `There is no picture in the folder of this class.${passed}`;
  return fault('class-empty', { file: join(folder, name) }, message, 'Give it pictures, or delete the folder.');
}

/** Classes that there is nothing to learn from. */
function strangers({ folder, classes }: ListedClasses, train: ListedClasses): Problem[] {
  const taught = [...train.classes.keys()];
  const unknown = [...classes].filter(([name, pictures]) => !train.classes.has(name) && pictures.length > 0);
  return unknown.map(([name]) => {
    const alike = taught.find((each) => each.toLowerCase() === name.toLowerCase());
    const message = `There is nothing to learn the class ${name} from: the training pictures are of ${listed(taught)}.`;
    const fix =
      alike === undefined
        ? 'Give it training pictures, or remove the folder.'
        : `Call it \`${alike}\`, as there: capital letters count.`;
    return fault('class-untaught', { file: join(folder, name) }, message, fix);
  });
}

/** What is odd about the classes and no fault: sentences. */
export function classNotes({ train, validation, test }: ListedSplits): string[] {
  const names = [...train.classes.keys()];
  const without = (split: ListedClasses | null): string[] =>
    split === null ? [] : names.filter((name) => (split.classes.get(name) ?? []).length === 0);
  const untested = without(test);
  const unvalidated = without(validation);
  const alike = names.filter((name) =>
    names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()),
  );
  return [
    ...(untested.length === 0 ? [] : [`There are no test pictures of ${listed(untested)}.`]),
    ...(unvalidated.length === 0 ? [] : [`There are no validation pictures of ${listed(unvalidated)}.`]),
    ...(alike.length === 0
      ? []
      : [`Some classes differ in capital letters only, and are classes of their own: ${listed(alike)}.`]),
    ...numberedNotes(names),
  ];
}

/** Where classes are numbered and their order is not that of the numbers. */
function numberedNotes(names: readonly string[]): string[] {
  const parts = names.map((name) => /^(\D*)(\d+)(\D*)$/.exec(name));
  const [first] = parts;
  if (!parts.every((part) => part !== null) || first == null) return [];
  if (!parts.every(([, before, , after]) => before === first[1] && after === first[3])) return [];
  const numeric = names.toSorted((a, b) => numberIn(a) - numberIn(b));
  const moved = names.findIndex((name, index) => name !== numeric[index]);
  if (moved < 0) return [];
  return [
    `The classes are in the order of their names as text, as in torchvision, which is not that of their numbers: ` +
      `${listed(names)}. So class ${moved} is \`${names[moved] ?? ''}\`.`,
  ];
}

const numberIn = (name: string): number => Number(/\d+/.exec(name)?.[0]);
