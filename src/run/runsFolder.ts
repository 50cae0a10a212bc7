import { readdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ProblemError } from '../core/problem.js';
import type { RunSpec } from '../core/spec/spec.js';
import { writeFileAtomic } from '../node/files/atomicFile.js';
import { draftOf } from '../node/files/draft.js';
import { errorCode, fileProblem } from '../node/fileProblem.js';
import type { OpenedFolder } from '../node/files/openedFolder.js';
import { runFiles, runFolder, type RunFolder } from './folder.js';
import { clearLitter } from '../node/locks/litter.js';
import { OpenedRun } from './openedRun.js';
import { damagedRecord, parseRecord, type ParsedRecord } from './parseRecord.js';
import type { RunRecord } from './record.js';
import { readRegularText } from '../node/files/regularFile.js';

/**
 * A name that sorts by time and reads well: `20261123-184205-student-t20-a0.9-s0-3f9c2a`.
 * The time is UTC, the tail the start of the spec's hash.
 */
export function runId({ created, spec, specHash }: { created: Date; spec: RunSpec; specHash: string }): string {
  const [day = '', clock = ''] = created.toISOString().split(/[T.]/);
  const parts = [day.replaceAll('-', ''), clock.replaceAll(':', ''), spec.role];
  if (spec.distill !== null) parts.push(`t${spec.distill.temperature}`, `a${spec.distill.alpha}`);
  return [...parts, `s${spec.seed}`, specHash.slice(0, 6)].join('-');
}

/**
 * Makes the folder of a new run with its `run.json`. Both appear at once, by rename, so nobody ever sees half a run.
 * Where the name is taken already a number is added to it.
 * @param draft the record; its id is made here
 * @param fill puts more into the folder before anybody sees it, and adds to the record
 * @throws ProblemError `no-permission`, `disk-full`, `not-a-folder`, `folder-moved`, …
 */
export async function createRun(
  runs: OpenedFolder,
  draft: Omit<RunRecord, 'id'>,
  fill: (run: OpenedRun) => Promise<Partial<RunRecord>> = () => Promise.resolve({}),
): Promise<{ folder: RunFolder; record: RunRecord }> {
  const name = runId({ created: new Date(draft.created), spec: draft.spec, specHash: draft.specHash });
  const unfinished = await draftOf('.new');
  let run: OpenedRun | null = null;
  try {
    runs.mustStand();
    await clearLitter(runs);
    run = new OpenedRun(runFolder(runs.nameOf(unfinished)), await runs.inner(unfinished, { make: true }));
    const filled = await fill(run);
    for (let attempt = 1; ; attempt++) {
      const id = attempt === 1 ? name : `${name}-${attempt}`;
      const record = { ...draft, ...filled, id };
      await writeFileAtomic(run.file('record'), `${JSON.stringify(record, null, 2)}\n`);
      if (await moveTo(runs, { from: unfinished, to: id })) return { folder: runFolder(runs.nameOf(id)), record };
    }
  } catch (error) {
    if (runs.canBeReached()) await rm(runs.at(unfinished), { recursive: true, force: true }).catch(() => undefined);
    throw fileProblem(error, { path: runs.path, attempt: 'make a run in the runs folder' });
  } finally {
    await run?.close();
  }
}

/** The form of {@link runId}. */
const runName = /^\d{8}-\d{6}-[a-z]+-/;

/**
 * The ids of the runs in a folder, oldest first; reads names only. A link is a run where it leads to one: that can be
 * read, and nothing is written through it. Whatever has the name of a run counts: something that took a run's place is
 * listed as a damaged run, not passed over. A folder that does not exist has none.
 */
export async function listRuns(runsDir: string): Promise<string[]> {
  try {
    const ids: string[] = [];
    for (const item of await readdir(runsDir, { withFileTypes: true })) {
      if (item.name.startsWith('.')) continue;
      const isRun =
        item.isDirectory() ||
        runName.test(item.name) ||
        (item.isSymbolicLink() && (await leadsToRun(join(runsDir, item.name))));
      if (isRun) ids.push(item.name);
    }
    return ids.sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, { path: runsDir, attempt: 'look into the runs folder' });
  }
}

/** A record has some kilobytes; of 21,841 classes with their names a megabyte. */
const mostRecordBytes = 4 * 2 ** 20;

/** What a run is. @throws ProblemError `run-missing`, `run-newer`, `run-damaged`, `no-permission` */
export async function readRecord(folder: RunFolder): Promise<RunRecord> {
  return (await readParsedRecord(folder)).record;
}

/** As `readRecord`, with what of it was passed over. */
export async function readParsedRecord(folder: RunFolder): Promise<ParsedRecord> {
  const place = { file: folder.record };
  let text: string;
  try {
    text = await readRegularText(folder.record, { attempt: 'read the run', most: mostRecordBytes });
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
      throw fileProblem(error, { path: folder.record, attempt: 'read the run' });
    }
    throw new ProblemError({
      code: 'run-missing',
      message: 'There is no run here: a run folder has a file run.json.',
      fix: 'Check the path, or bring run.json back from a copy.',
      place,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damagedRecord('it is not JSON', place);
  }
  return parseRecord(value, place);
}

const leadsToRun = (path: string): Promise<boolean> =>
  stat(join(path, runFiles.record)).then(
    (found) => found.isFile(),
    () => false,
  );

/** Where a run folder leads that is a link; null where it is a folder. */
export async function linkOf({ path }: RunFolder): Promise<string | null> {
  return readlink(path).then(
    (target) => resolve(dirname(path), target),
    () => null,
  );
}

/** False when the name is taken. A folder with something in it is never replaced by rename. */
async function moveTo(runs: OpenedFolder, { from, to }: { from: string; to: string }): Promise<boolean> {
  try {
    await rename(runs.at(from), runs.at(to));
    return true;
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '');
    // Windows says EPERM both for a name that is taken and for a folder that may not be written.
    if (taken || (process.platform === 'win32' && (await isTaken(to)))) return false;
    throw error;
  }
}

async function isTaken(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
