import { constants } from 'node:fs';
import { copyFile, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { continuedWords } from '../core/continuedWords.js';
import { readCheckpointHead } from '../run/checkpoint/checkpointHead.js';
import { errorCode } from '../node/fileProblem.js';
import { openOwn, type OwnFile } from '../node/files/ownFile.js';
import { checkWhole } from '../node/safetensors/safetensorsHead.js';
import { logitsFolder, type RunFolder } from '../run/folder.js';
import { refusedNetwork } from '../run/checkpoint/generations.js';
import { LogWriter } from '../run/log/log.js';
import type { OpenedRun } from '../run/openedRun.js';
import type { RunRecord } from '../run/record.js';
import { readRun } from '../run/run.js';
import { openRegular } from '../node/files/regularFile.js';

/**
 * Copies what a run has done so far into the folder of a longer one: its checkpoint, its log without its end, and its
 * logits. The run itself stays as it is: a result that others refer to.
 * @param to a folder that nobody sees yet
 * @returns where the longer run goes on, for its record
 * @throws ProblemError `network-damaged` where its checkpoint is not what was written
 */
export async function copyBeginning(
  origin: RunFolder,
  to: OpenedRun,
): Promise<NonNullable<RunRecord['continuedFrom']>> {
  // The checkpoint first: what it has done is in the log already, and the log only grows.
  await copy(origin.checkpoint, to.file('checkpoint'));
  await flushed(to.file('checkpoint'));
  const { specHash, step } = await wholeHead(to.paths.checkpoint).catch((error: unknown) => {
    throw refusedNetwork(error, origin);
  });
  const run = await readRun(origin);
  const stepsPerEpoch = run.kind === 'run' ? (run.state.started?.stepsPerEpoch ?? 1) : 1;
  const continuedFrom = { run: origin.id, specHash, step, epochs: step / stepsPerEpoch };
  await copyLogits(origin, to);
  await copyLog(origin.log, to.file('log'));
  const log = LogWriter.open(to);
  log.append({ type: 'note', time: Date.now(), text: `Goes on from ${continuedWords(continuedFrom)}.` });
  log.sync();
  log.close();
  return continuedFrom;
}

async function wholeHead(checkpoint: string): ReturnType<typeof readCheckpointHead> {
  await checkWhole(checkpoint);
  return readCheckpointHead(checkpoint);
}

async function copyLogits(origin: RunFolder, to: OpenedRun): Promise<void> {
  const from = join(origin.path, logitsFolder);
  const names = await readdir(from).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const folder = await to.logits();
  for (const name of names) await copy(join(from, name), { folder, name });
}

/** Nothing stands there yet, and a link that somebody puts there is not written through. */
async function copy(from: string, { folder, name }: OwnFile): Promise<void> {
  await copyFile(from, folder.at(name), constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}

/** Entries after which a run is over. With one of them the longer run would look as if it were. */
const endSchema = z.object({ type: z.enum(['finished', 'stopped', 'failed']) });

async function copyLog(from: string, to: OwnFile): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const target = await openOwn(to, { flags, attempt: 'copy the log' });
  try {
    await writeFile(target, linesOf(from));
  } finally {
    await target.close();
  }
}

async function* linesOf(from: string): AsyncGenerator<string> {
  const log = await openRegular(from, { attempt: 'read the log' });
  for await (const line of createInterface({ input: log.createReadStream(), crlfDelay: Infinity })) {
    if (!isEnd(line)) yield `${line}\n`;
  }
}

/** A line that is no entry is copied as it is: whoever reads the log reports it. */
function isEnd(line: string): boolean {
  try {
    return endSchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

async function flushed({ folder, name }: OwnFile): Promise<void> {
  const file = await open(folder.at(name), 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
