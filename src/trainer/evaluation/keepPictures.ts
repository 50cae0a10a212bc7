import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { dataWords } from '../../core/datasets/datasets.js';
import { splitWords } from '../../core/datasets/dataWords.js';
import { formatProblem, ProblemError, problemOf } from '../../core/problem.js';
import { bytes as words } from '../../core/words.js';
import type { DataSpec } from '../../core/spec/spec.js';
import {
  picturesName,
  picturesPath,
  readPicturesShape,
  writePictures,
  type EvaluatedSplit,
} from '../../data/cache/pictures.js';
import { checkWhole } from '../../node/safetensors/safetensorsHead.js';
import { withShared, type SharedFolder } from '../../data/cache/sharedFolder.js';
import type { Dataset } from '../data/dataset.js';
import { thumbnails } from '../data/thumbnails.js';

/** The files of the evaluation pictures of a data set by split, relative to the runs folder; no split is empty. */
export function pictureNames(
  runsDir: string,
  { data, dataset }: { data: DataSpec; dataset: Dataset },
): Partial<Record<EvaluatedSplit, string>> {
  const names = splits
    .filter((split) => dataset[split].labels.length > 0)
    .map((split) => {
      return [split, picturesName(runsDir, { data, split })] as const;
    });
  return Object.fromEntries(names);
}

const splits = ['validation', 'test'] as const;
/** How much more must be free than the pictures take. */
const roomFactor = 4;

/**
 * Keeps the evaluation pictures for those who look at the run, as evaluated: picture i belongs to row i of the logits.
 * Whole files that are there already are left alone. Never rejects: training does not need them, so what goes wrong is
 * only said.
 * @param say takes a text for the trainer's own output
 */
export async function keepPictures(
  { runsDir, cache }: { runsDir: string; cache: SharedFolder },
  { data, dataset }: { data: DataSpec; dataset: Dataset },
  say: (text: string) => void,
): Promise<void> {
  for (const [split, name] of Object.entries(pictureNames(runsDir, { data, dataset }))) {
    if (split !== 'validation' && split !== 'test') continue;
    try {
      const path = picturesPath(runsDir, name);
      if (await isKept(path, dataset[split].labels.length)) continue;
      const { height, width } = dataset;
      const { images, labels } = dataset[split];
      const channels = dataset.channels === 1 ? 1 : 3;
      await spareRoom(runsDir, images.length);
      const small = await thumbnails({ n: labels.length, height, width, channels, pixels: images });
      const what = splitWords(split, { n: labels.length, of: dataWords(data) });
      await withShared(cache, (folder) => writePictures({ folder, name: basename(path) }, small, { what }));
    } catch (error) {
      say(`The pictures of ${split} could not be kept; training goes on without.\n${formatProblem(problemOf(error))}`);
    }
  }
}

/** Pictures must not take the room that the run itself needs. @throws ProblemError `little-room` */
async function spareRoom(runsDir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(runsDir);
  if (bavail * bsize >= roomFactor * bytes) return;
  throw new ProblemError({
    code: 'little-room',
    message: `They take ${words(bytes)}, and only ${words(bavail * bsize)} are free.`,
    fix: 'Free some space and run or resume any experiment on this data set.',
    place: { file: runsDir },
  });
}

/** Whether they are there and whole. */
async function isKept(path: string, n: number): Promise<boolean> {
  try {
    if ((await readPicturesShape(path)).n !== n) return false;
    await checkWhole(path);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
