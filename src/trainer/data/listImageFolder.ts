import { readdir, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { errorCode, fileProblem } from '../../run/files/fileProblem.js';

/** A picture of an image folder, and its class by number. */
export interface Example {
  readonly file: string;
  readonly label: number;
}

/** What lies in an image folder: classes in sorted order, pictures by class and name. */
export interface ImageFolder {
  readonly classes: readonly string[];
  readonly train: readonly Example[];
  readonly test: readonly Example[];
}

const known: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];
/** Pictures as well, but none that are read. */
const unknown = ['.gif', '.bmp', '.tif', '.tiff', '.avif', '.heic', '.heif', '.ppm', '.pgm', '.jp2', '.jxl'];

const layout =
  'An image folder holds `train/<class>/…` and `test/<class>/…`, with pictures as .jpg, .png or .webp in the folder of their class.';

/**
 * Lists an image folder, without looking into the pictures. Hidden files and folders, as `.DS_Store`, are passed over, and so
 * is what is no picture; pictures may lie deeper than the folder of their class.
 * @throws ProblemError `dataset-missing`, `dataset-classes`, `class-empty`, `class-untaught` or `picture-format`
 */
export async function listImageFolder(folder: string): Promise<ImageFolder> {
  const [train, test] = [join(folder, 'train'), join(folder, 'test')];
  const [classes, tested] = [await classesIn(train), await classesIn(test)];
  if (classes.length < 2) {
    const found = classes.length === 0 ? 'no class' : `only the class ${classes.join()}`;
    throw complaint('dataset-classes', `There is ${found} in the folder, expected a folder for each of two or more.`, {
      file: train,
      mend: layout,
    });
  }
  const stranger = tested.find((name) => !classes.includes(name));
  if (stranger !== undefined) {
    throw complaint('class-untaught', `There is nothing to learn the class ${stranger} from: \`train\` has none.`, {
      file: join(test, stranger),
      mend: 'Give it pictures in `train`, or remove it from `test`.',
    });
  }
  const trained = await Promise.all(classes.map((name) => picturesIn(join(train, name))));
  const empty = trained.findIndex((files) => files.length === 0);
  if (empty >= 0) {
    throw complaint('class-empty', 'There is no picture in the folder of this class.', {
      file: join(train, classes[empty] ?? ''),
      mend: 'Give it pictures, or delete the folder.',
    });
  }
  const testing = await Promise.all(
    classes.map((name) => (tested.includes(name) ? picturesIn(join(test, name)) : Promise.resolve([]))),
  );
  if (testing.every((files) => files.length === 0)) {
    throw complaint('dataset-missing', 'There are no pictures to test on.', { file: test, mend: layout });
  }
  return { classes, train: labelled(trained), test: labelled(testing) };
}

function labelled(byClass: readonly (readonly string[])[]): Example[] {
  return byClass.flatMap((files, label) => files.map((file) => ({ file, label })));
}

/** Names of the folders in a folder, sorted as Python sorts them. */
async function classesIn(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(error, { path: folder, attempt: 'read the image folder' });
    throw complaint('dataset-missing', 'There is no such folder.', { file: folder, mend: layout });
  }
  // Asked by path and not by entry: the folder of a class may be a link.
  const isFolder = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isDirectory()));
  return names.filter((_, index) => isFolder[index] === true).sort();
}

/** Paths of the pictures below a folder, in one order on all systems. */
async function picturesIn(folder: string): Promise<string[]> {
  const found = (await readdir(folder, { recursive: true })).map((path) => path.split(sep).join('/'));
  const visible = found.filter((path) => !path.split('/').some((part) => part.startsWith('.')));
  const foreign = visible.find((path) => unknown.includes(extname(path).toLowerCase()));
  if (foreign !== undefined) {
    throw complaint('picture-format', `Pictures of the kind ${extname(foreign)} are not read.`, {
      file: join(folder, foreign),
      mend: 'Convert it to .png, .jpg or .webp, or remove it.',
    });
  }
  return visible
    .filter((path) => known.includes(extname(path).toLowerCase()))
    .sort()
    .map((path) => join(folder, path));
}

function complaint(code: string, message: string, { file, mend }: { file: string; mend: string }): ProblemError {
  return new ProblemError({ code, message, mend, place: { file } });
}
