import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { allOf, ProblemError, problemOf, problemsOf } from '../../core/problem.js';
import { fetchFix } from '../../core/datasets/archive.js';
import type { CifarLayout, CifarSource } from '../../core/datasets/cifarFolder.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { errorCode, fileProblem } from '../../node/fileProblem.js';
import { readDataFile, type DataFile } from './dataFile.js';
import type { Dataset, Reading, Split } from './dataset.js';
import { checkMemoryRoom } from './memoryRoom.js';
import { splitsOf } from './splits.js';
import { readRegularText } from '../../node/files/regularFile.js';

const side = 32;
const channels = 3;
const plane = side * side;
const pictureBytes = channels * plane;

/**
 * A binary version of CIFAR.
 * @throws ProblemError where a file is missing or holds something else; it names the file
 */
export async function loadCifar(
  source: CifarSource,
  { spec, reading }: { spec: Pick<DataSpec, 'validation' | 'limit'>; reading: Pick<Reading, 'dataFolder'> },
): Promise<Dataset> {
  const { name, layout } = source;
  const folder = source.folder ?? join(reading.dataFolder, source.archive.folder);
  const classes = await classNames(join(folder, layout.names), source);
  const fix = source.folder === null ? fetchFix(source) : await folderFix(source.folder, source);
  const read = async (part: string): Promise<Uint8Array> => {
    const file = { file: join(folder, part), fix };
    return checked(await readDataFile(file, { dataset: name }), file, source);
  };
  const files = await allOf([allOf(layout.train.map(read)), allOf([read(layout.test)])]).catch((error: unknown) => {
    const problems = problemsOf(error);
    // Of a data set of which nothing is there one file is enough to be told of.
    const nothing = problems.length > layout.train.length && problems.every(({ code }) => code === 'dataset-missing');
    throw nothing ? new ProblemError(problems[0] ?? problemOf(error)) : error;
  });
  checkMemoryRoom(files.map((each) => 2 * sizeOf(each)));
  const [train, test] = [splitOf(files[0], layout), splitOf(files[1], layout)];
  return { name, height: side, width: side, channels, classes, ...splitsOf({ train, test }, spec) };
}

/** What to do where a folder of the user's own has not the right files: they often lie one deeper, as unpacked. */
async function folderFix(folder: string, { name, archive, layout }: CifarSource): Promise<string> {
  const inside = archive.folder;
  const deeper = await access(join(folder, inside, layout.test)).then(
    () => true,
    () => false,
  );
  if (deeper) return `They lie in \`${inside}\` inside it: name that folder as \`data.folder\`.`;
  return `Put the binary version of the data set there, as its archive has it; or leave out \`data.folder\` and run \`distillery data fetch ${name}\`.`;
}

const sizeOf = (files: readonly Uint8Array[]): number => files.reduce((sum, bytes) => sum + bytes.length, 0);

/** @throws ProblemError `dataset-damaged` for a file that is no whole number of records, or has a label out of range */
function checked(bytes: Uint8Array, { file, fix }: DataFile, { name, layout }: CifarSource): Uint8Array {
  const { labelBytes, classes } = layout;
  const record = labelBytes + pictureBytes;
  const complain = (message: string): ProblemError =>
    new ProblemError({ code: 'dataset-damaged', message, fix, place: { file } });
  if (bytes.length === 0 || bytes.length % record !== 0) {
    throw complain(
      `The file has ${bytes.length} bytes, which is no whole number of records of ${record} bytes: it is cut short, or not of ${name}.`,
    );
  }
  for (let at = labelBytes - 1; at < bytes.length; at += record) {
    const label = bytes[at] ?? 0;
    if (label < classes.length) continue;
    const place = (at - labelBytes + 1) / record;
    throw complain(`Picture ${place} has the label ${label}, expected 0 to ${classes.length - 1}.`);
  }
  return bytes;
}

/** All pictures of some files, the three colours of a pixel side by side. */
function splitOf(files: readonly Uint8Array[], { labelBytes }: CifarLayout): Split {
  const record = labelBytes + pictureBytes;
  const count = sizeOf(files) / record;
  const images = new Uint8Array(count * pictureBytes);
  const labels = new Int32Array(count);
  let to = 0;
  let example = 0;
  for (const bytes of files) {
    for (let start = 0; start < bytes.length; start += record) {
      labels[example++] = bytes[start + labelBytes - 1] ?? 0;
      const red = start + labelBytes;
      for (let pixel = red; pixel < red + plane; pixel++) {
        images[to++] = bytes[pixel] ?? 0;
        images[to++] = bytes[pixel + plane] ?? 0;
        images[to++] = bytes[pixel + 2 * plane] ?? 0;
      }
    }
  }
  return { images, labels };
}

/** A hundred names. */
const mostNamesBytes = 2 ** 20;

/** The names that lie beside the pictures, one a line; the known ones where there is no such file. */
async function classNames(file: string, { name, layout }: CifarSource): Promise<readonly string[]> {
  const { classes } = layout;
  let text: string;
  try {
    text = await readRegularText(file, { attempt: 'read the names of the classes', most: mostNamesBytes });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return classes;
    throw fileProblem(error, { path: file, attempt: 'read the names of the classes' });
  }
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length === classes.length) return names;
  throw new ProblemError({
    code: 'dataset-damaged',
    message: `The file names ${names.length} classes, expected the ${classes.length} of ${name}, one a line.`,
    fix: 'Move it away: the names are known without it.',
    place: { file },
  });
}
