import { constants, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileProblem } from '../node/fileProblem.js';
import { openOwn } from '../node/files/ownFile.js';
import type { RunFolder } from './folder.js';
import type { OpenedRun } from './openedRun.js';

/**
 * Asks the trainer of a run to finish its step, save and leave. Asking twice is asking once.
 * @throws ProblemError `linked` where a link stands in the place of the request, `no-permission`, …
 */
export async function requestStop(run: OpenedRun): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT;
  const file = await openOwn(run.file('stop'), { flags, attempt: 'ask the trainer to stop' });
  await file.close();
}

/** Whether a stop was asked for. Cheap enough to ask several times a second. */
export function stopRequested(folder: RunFolder): boolean {
  return existsSync(folder.stop);
}

/** Withdraws the request, before a run is begun or resumed. */
export async function clearStop(run: OpenedRun): Promise<void> {
  const { folder, name } = run.file('stop');
  try {
    await rm(folder.at(name), { force: true });
  } catch (error) {
    throw fileProblem(error, { path: run.paths.stop, attempt: 'withdraw the request to stop' });
  }
}
