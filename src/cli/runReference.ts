import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ProblemError } from '../core/problem.js';
import { nearest } from '../core/spec/settings/suggestion.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { readRun, type Run } from '../run/run.js';
import { listRuns, readRecord } from '../run/runsFolder.js';

/** Where references to runs are looked up. */
export interface Runs {
  readonly runsDir: string;
  /** The runs folder as it was typed; null for the usual one. */
  readonly named: string | null;
  /** Paths are relative to this folder. */
  readonly current: string;
}

/**
 * The folder of a run that a person named: by its id, a start of the id that no other run has, the path of its folder,
 * or `latest`.
 * @throws ProblemError `no-runs`, `run-unknown`, `run-ambiguous`, `run-missing`
 */
export async function findRun(reference: string, { runsDir, current }: Runs): Promise<RunFolder> {
  const path = resolve(current, reference);
  const isPath = /[\\/]/.test(reference) || reference === '.' || reference === '..';
  if (isPath || (await isFile(runFolder(path).record))) {
    const folder = runFolder(path);
    if (!(await isFile(folder.record))) await readRecord(folder);
    return folder;
  }
  const ids = await listRuns(runsDir);
  if (ids.length === 0) {
    throw new ProblemError({
      code: 'no-runs',
      message: `There are no runs in ${runsDir}.`,
      fix: 'Start some with `distillery run <experiment>`, or name another runs folder with --runs.',
    });
  }
  if (reference === 'latest') return runFolder(join(runsDir, await latestOf(ids, runsDir)));
  const matches = ids.includes(reference) ? [reference] : ids.filter((id) => id.startsWith(reference));
  const [match, ...others] = matches;
  if (match === undefined) {
    const near = nearest(reference, ids);
    throw new ProblemError({
      code: 'run-unknown',
      message: `No run in ${runsDir} begins with \`${reference}\`.`,
      fix: near === null ? '`distillery list` shows the runs.' : `Did you mean \`${near}\`?`,
    });
  }
  if (others.length > 0) {
    const more = matches.length > 5 ? `, and ${matches.length - 5} more` : '';
    throw new ProblemError({
      code: 'run-ambiguous',
      message: `${matches.length} runs begin with \`${reference}\`: ${matches.slice(0, 5).join(', ')}${more}.`,
      fix: 'Write more of the id.',
    });
  }
  return runFolder(join(runsDir, match));
}

/** Reads a run that a person named. @throws ProblemError what {@link findRun} throws, or what is damaged */
export async function readNamedRun(reference: string, runs: Runs): Promise<Run> {
  const run = await readRun(await findRun(reference, runs));
  if (run.kind === 'damaged') throw new ProblemError(run.problem);
  return run;
}

/** A command about a run, as it can be typed in the same place. */
export function followUp(command: 'show' | 'resume' | 'stop', folder: RunFolder, { named }: Runs): string {
  const option = named === null ? '' : ` --runs ${/^[\w./\\:@+-]+$/.test(named) ? named : JSON.stringify(named)}`;
  return `distillery ${command} ${folder.id}${option}`;
}

/** By the time in its record, for ids tell only seconds; damaged runs do not count as long as there are others. */
async function latestOf(ids: readonly string[], runsDir: string): Promise<string> {
  let latest = { id: ids.at(-1) ?? '', created: '' };
  for (const id of ids) {
    const created = await readRecord(runFolder(join(runsDir, id))).then(
      (record) => record.created,
      () => null,
    );
    if (created !== null && created >= latest.created) latest = { id, created };
  }
  return latest.id;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
