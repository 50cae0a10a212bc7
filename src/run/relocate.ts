import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { runSpecSchema } from '../core/spec/spec.js';
import { isJsonObject } from '../core/json.js';
import { ExperimentHomes } from './experimentHome.js';
import { exists } from './files/exists.js';
import type { RunFolder } from './folder.js';
import type { RunRecord } from './record.js';
import { readRecord } from './runsFolder.js';

/**
 * What a run is, with the files and folders that its spec names where they lie now: where the experiment was moved with
 * what lies beside it, a path that is not there any more is the one at the same place beside the experiment. Contents are
 * checked by their hashes as ever.
 * @throws ProblemError as {@link readRecord}
 */
export async function readMovedRecord(folder: RunFolder): Promise<RunRecord> {
  const record = await readRecord(folder);
  const { experiment, spec } = record;
  const home = await new ExperimentHomes().of({ record, runsDir: dirname(folder.path) });
  if (home === null || experiment.file === null || home === experiment.file) return record;
  const moved = await movedPlaces(spec, { from: dirname(experiment.file), to: dirname(home) });
  return { ...record, spec: runSpecSchema.parse(moved), experiment: { ...experiment, file: home } };
}

/** A value with the absolute paths in it that are missing replaced by those beside `to`, where these are there. */
async function movedPlaces(value: unknown, move: { readonly from: string; readonly to: string }): Promise<unknown> {
  if (typeof value === 'string') return isAbsolute(value) ? movedPath(value, move) : value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => movedPlaces(each, move)));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(async ([key, each]) => [key, await movedPlaces(each, move)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function movedPath(path: string, { from, to }: { readonly from: string; readonly to: string }): Promise<string> {
  const beside = resolve(to, relative(from, path));
  return !(await exists(path)) && (await exists(beside)) ? beside : path;
}
