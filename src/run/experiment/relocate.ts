import { dirname, posix, relative, resolve, sep, win32, type PlatformPath } from 'node:path';
import { runSpecSchema } from '../../core/spec/spec.js';
import { isJsonObject } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import { ExperimentHomes } from './experimentHome.js';
import { exists } from '../../node/files/exists.js';
import type { RunFolder } from '../folder.js';
import type { RunRecord } from '../record.js';
import { readParsedRecord } from '../runsFolder.js';

/**
 * What a run is, for whoever trains, exports or asks its network: all of its settings are understood.
 * @throws ProblemError `run-missing`, `run-damaged`, …; `run-newer` also where its spec has settings that are not known here
 */
export async function readMovedRecord(folder: RunFolder): Promise<RunRecord> {
  const { record, passedOver } = await readParsedRecord(folder);
  if (passedOver !== null) throw new ProblemError(passedOver);
  return movedRecord(folder, record);
}

/**
 * A record with the files and folders that its spec names where they lie now: where the experiment was moved with
 * what lies beside it, a path is the one at the same place beside the experiment, if there is something. Of what lay
 * outside the folder that was moved this is so only where the old path is gone; inside it, what is at the old path again
 * is another copy. Contents are checked by their hashes as ever.
 */
export async function movedRecord(folder: RunFolder, record: RunRecord): Promise<RunRecord> {
  const { experiment, spec } = record;
  const runsDir = dirname(folder.path);
  const home = await new ExperimentHomes().of({ record, runsDir });
  if (home === null || experiment.file === null || home === experiment.file) return record;
  const moved = await movedPlaces(spec, moveOf({ recorded: experiment.file, home, runsDir }));
  return { ...record, spec: runSpecSchema.parse(moved), experiment: { ...experiment, file: home } };
}

interface Move {
  /** The folder of the experiment as it was recorded, and as it is now. */
  readonly from: string;
  readonly to: string;
  /** The folder that held both experiment and runs, as it was recorded. */
  readonly root: string;
  /** How the system writes paths that recorded them: it may be another one than this. */
  readonly paths: PlatformPath;
}

function moveOf({ recorded, home, runsDir }: { recorded: string; home: string; runsDir: string }): Move {
  const paths = /^[a-z]:[\\/]|^\\\\/i.test(recorded) ? win32 : posix;
  const from = paths.dirname(recorded);
  const below = relative(runsDir, dirname(home)).split(sep);
  const depth = below.filter((part) => part !== '..' && part !== '').length;
  return { from, to: dirname(home), root: paths.resolve(from, ...Array<string>(depth).fill('..')), paths };
}

/** A value with the absolute paths in it that have moved replaced by those beside `to`, where these are there. */
async function movedPlaces(value: unknown, move: Move): Promise<unknown> {
  if (typeof value === 'string') return move.paths.isAbsolute(value) ? movedPath(value, move) : value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => movedPlaces(each, move)));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(async ([key, each]) => [key, await movedPlaces(each, move)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function movedPath(path: string, { from, to, root, paths }: Move): Promise<string> {
  const beside = resolve(to, ...paths.relative(from, path).split(paths.sep));
  const isOutside = paths.relative(root, path).split(paths.sep)[0] === '..';
  const mayStay = isOutside && (await exists(path));
  return !mayStay && (await exists(beside)) ? beside : path;
}
