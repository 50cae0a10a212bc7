import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { continuedWords } from '../core/continuedWords.js';
import { readCheckpointHead } from '../run/checkpointHead.js';
import { errorCode } from '../run/files/fileProblem.js';
import type { RunFolder } from '../run/folder.js';
import { LogWriter } from '../run/log.js';
import type { RunRecord } from '../run/record.js';
import { readRun } from '../run/run.js';

/**
 * Copies what a run has done so far into the folder of a longer one: its checkpoint, its log without its end, and its
 * logits. The run itself stays as it is: a result that others refer to.
 * @param to a folder that nobody sees yet
 * @returns where the longer run goes on, for its record
 */
export async function copyBeginning(
  origin: RunFolder,
  to: RunFolder,
): Promise<NonNullable<RunRecord['continuedFrom']>> {
  // The checkpoint first: what it has done is in the log already, and the log only grows.
  await copyFile(origin.checkpoint, to.checkpoint, constants.COPYFILE_FICLONE);
  await flushed(to.checkpoint);
  const { specHash, step } = await readCheckpointHead(to.checkpoint);
  const run = await readRun(origin);
  const stepsPerEpoch = run.kind === 'run' ? (run.state.started?.stepsPerEpoch ?? 1) : 1;
  const continuedFrom = { run: origin.id, specHash, step, epochs: step / stepsPerEpoch };
  await copyLogits(origin, to);
  await copyLog(origin.log, to.log);
  const log = new LogWriter(to.log);
  log.append({ type: 'note', time: Date.now(), text: `Goes on from ${continuedWords(continuedFrom)}.` });
  log.sync();
  log.close();
  return continuedFrom;
}

async function copyLogits(origin: RunFolder, to: RunFolder): Promise<void> {
  const [from, target] = [join(origin.path, logitsFolder), join(to.path, logitsFolder)];
  const names = await readdir(from).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  await mkdir(target);
  for (const name of names) await copyFile(join(from, name), join(target, name), constants.COPYFILE_FICLONE);
}

const logitsFolder = 'logits';

/** Entries after which a run is over. With one of them the longer run would look as if it were. */
const endSchema = z.object({ type: z.enum(['finished', 'stopped', 'failed']) });

async function copyLog(from: string, to: string): Promise<void> {
  const target = createWriteStream(to, { flags: 'wx' });
  for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Infinity })) {
    if (isEnd(line)) continue;
    if (!target.write(`${line}\n`)) await once(target, 'drain');
  }
  target.end();
  await finished(target);
}

/** A line that is no entry is copied as it is: whoever reads the log reports it. */
function isEnd(line: string): boolean {
  try {
    return endSchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

async function flushed(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
