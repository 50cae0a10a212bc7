import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { EngineChoice } from '../../src/core/spec/parts/engine.js';
import { overrideEngine } from '../../src/run/engineOverride.js';
import { writeSafetensors, type StoredTensor } from '../../src/node/safetensors/safetensors.js';
import { claim, type Hold } from '../../src/run/claim.js';
import { fileProblem } from '../../src/node/fileProblem.js';
import { OpenedFolder } from '../../src/node/files/openedFolder.js';
import type { OwnFile } from '../../src/node/files/ownFile.js';
import { writePictures, type Pictures } from '../../src/data/cache/pictures.js';
import type { SharedFolder } from '../../src/data/cache/sharedFolder.js';
import type { RunFolder, SplitName } from '../../src/run/folder.js';
import { LogWriter } from '../../src/run/log/log.js';
import { writeLogits, type Logits } from '../../src/run/logits/logits.js';
import { OpenedRun, withRun } from '../../src/run/openedRun.js';
import { openRuns } from '../../src/run/openRuns.js';
import type { RunRecord } from '../../src/run/record.js';
import { createRun } from '../../src/run/runsFolder.js';

// Tests name by their paths what is written into opened folders.

/** Opens the folder of a file, which must be there, for as long as something is written. */
export async function inFolder<T>(path: string, write: (file: OwnFile) => Promise<T>): Promise<T> {
  const folder = await OpenedFolder.open(dirname(path));
  try {
    return await write({ folder, name: basename(path) });
  } finally {
    await folder.close();
  }
}

/** A run in a runs folder, which is made where it is not there. */
export async function madeRun(
  runsDir: string,
  draft: Omit<RunRecord, 'id'>,
): Promise<{ folder: RunFolder; record: RunRecord }> {
  const runs = await openRuns(runsDir, { make: true });
  try {
    return await createRun(runs, draft);
  } finally {
    await runs.close();
  }
}

/** The log of a run, opened for writing. */
export function openedLog(folder: RunFolder): Promise<LogWriter> {
  return withRun(folder, (run) => LogWriter.open(run));
}

/** A run, claimed for this process. */
export async function claimed(folder: RunFolder): Promise<Hold> {
  const run = await OpenedRun.open(folder);
  try {
    const hold = await claim(run);
    const release = (): void => {
      hold.release();
      void run.close();
    };
    return { ...hold, release };
  } catch (error) {
    await run.close();
    throw error;
  }
}

/** Stores logits in a run folder, which is made where it is not there. */
export async function storeLogits(
  folder: RunFolder,
  of: { split: SplitName; epoch: number },
  logits: Logits,
): Promise<string> {
  await mkdir(folder.path, { recursive: true });
  return withRun(folder, (run) => writeLogits(run, of, logits));
}

/** A folder by its path that is shared as the cache is. */
export function sharedAt(path: string): SharedFolder {
  const open = async (): Promise<OpenedFolder> => {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw fileProblem(error, { path, attempt: 'make the cache folder' });
    });
    return OpenedFolder.open(path);
  };
  return { path, open };
}

/** A file of tensors in a folder that is there. */
export function storeTensors(path: string, tensors: Readonly<Record<string, StoredTensor>>): Promise<void> {
  return inFolder(path, (file) => writeSafetensors(file, tensors));
}

/** Lets the next trainers of a run take another engine. */
export function chooseEngine(folder: RunFolder, engine: EngineChoice): Promise<void> {
  return withRun(folder, (run) => overrideEngine(run, engine));
}

/** A file of the cache, in a folder that is made where it is not there. */
export async function storePictures(path: string, pictures: Pictures): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await inFolder(path, (file) => writePictures(file, pictures, { what: 'test' }));
}
