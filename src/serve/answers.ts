import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PairedComparison } from '../core/evaluation/comparison.js';
import type { TestSet } from '../core/evaluation/testSet.js';
import { ProblemError } from '../core/problem.js';
import { changedSettings } from '../core/spec/settingDefaults.js';
import type { FolderAnswer, LogitsPlace, PicturesAnswer, Requests, StoredAnswer } from '../panel/protocol.js';
import type { EntryOf } from '../run/log/entry.js';
import { errorCode, fileProblem } from '../node/fileProblem.js';
import { logitsName } from '../run/folder.js';
import { testPaired, type Tested } from '../run/logits/pairedTest.js';
import { readTestSet } from '../run/logits/testSet.js';
import { readNearestLogits } from '../run/logits/nearestLogits.js';
import { picturesName, picturesPath, readPictures } from '../data/cache/pictures.js';
import type { RunFeed } from './runFeed.js';
import { openRegular } from '../node/files/regularFile.js';

/** How much of the trainer's output is shown. */
const mostOutputBytes = 64 * 1024;
const mostOutputLines = 200;

/**
 * Where the logits of an epoch did not stay, those of the nearest epoch that did.
 * @throws ProblemError `no-such-epoch`, or what is wrong with the file
 */
export async function answerLogits(feed: RunFeed, { split, epoch }: Omit<LogitsPlace, 'run'>): Promise<StoredAnswer> {
  const history = feed.state?.history ?? [];
  const entry = history.find((each) => each.epoch === epoch);
  // A log may name anything; only the file where a trainer puts it is read.
  const isStored = (each: EntryOf<'epoch'> | undefined): boolean =>
    each !== undefined && each.logits[split] === logitsName({ split, epoch: each.epoch });
  if (!isStored(entry)) {
    throw new ProblemError({
      code: 'no-such-epoch',
      message: `Run ${feed.folder.id} has stored no answers to the ${split} examples after epoch ${epoch}.`,
      fix:
        split === 'validation'
          ? 'Set `data.validation` in the experiment, or look at the test set.'
          : 'Choose another epoch.',
      place: { file: feed.folder.log },
    });
  }
  return readNearestLogits(feed.folder, { split, epoch, stored: history.filter(isStored).map((each) => each.epoch) });
}

/**
 * @param run who is judged, against `baseline`
 * @throws ProblemError `no-test-results`, `different-test-sets`, or what is wrong with a file
 */
export async function answerPaired(run: RunFeed, baseline: RunFeed): Promise<PairedComparison> {
  return testPaired({ first: testedOf(baseline), second: testedOf(run) });
}

/** @throws ProblemError `run-damaged` */
function testedOf({ folder, state }: RunFeed): Tested {
  if (state === null) throw unreadable(folder.id);
  return { folder, state };
}

/** @throws ProblemError what is wrong with the file */
export async function answerTestSet({ folder, state }: RunFeed): Promise<TestSet | null> {
  return state === null ? null : readTestSet({ folder, state });
}

/**
 * A run from before pictures were kept is shown those that a later run on the same data set has kept.
 * @throws ProblemError `pictures-missing`, or what is wrong with the file
 */
export async function answerPictures(
  { folder, record, state }: RunFeed,
  { split, indices }: Requests['pictures']['ask'],
): Promise<PicturesAnswer> {
  if (record === null) throw unreadable(folder.id);
  const runsDir = dirname(folder.path);
  const name = state?.started?.pictures?.[split] ?? picturesName(runsDir, { data: record.spec.data, split });
  const { n, ...pictures } = await readPictures(picturesPath(runsDir, name), indices);
  return { count: n, ...pictures };
}

const unreadable = (id: string): ProblemError =>
  new ProblemError({ code: 'run-damaged', message: `Run ${id} cannot be read.`, fix: 'Fix it first.' });

/** @throws ProblemError where the folder cannot be read */
export async function answerFolder({ folder, record, logProblems }: RunFeed): Promise<FolderAnswer> {
  try {
    const names = await readdir(folder.path, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      names
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          return { name: path.slice(folder.path.length + 1).replaceAll('\\', '/'), bytes: (await stat(path)).size };
        }),
    );
    files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const changed = record === null ? [] : changedSettings(record.spec);
    return { files, output: await lastLines(folder.trainerLog), logProblems, changed };
  } catch (error) {
    throw fileProblem(error, { path: folder.path, attempt: 'read the run folder' });
  }
}

/** The end of a text file; nothing where there is none. */
async function lastLines(path: string): Promise<string> {
  let file;
  try {
    file = await openRegular(path, { attempt: 'read the output' });
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, mostOutputBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, bytesRead).toString('utf8').split('\n').slice(-mostOutputLines).join('\n');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  } finally {
    await file?.close();
  }
}
