import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileProblem } from './files/fileProblem.js';
import type { RunFolder } from './folder.js';

/** Asks the trainer of a run to finish its step, save and leave. Asking twice is asking once. */
export async function requestStop(folder: RunFolder): Promise<void> {
  try {
    await writeFile(folder.stop, '');
  } catch (error) {
    throw fileProblem(error, { path: folder.stop, attempt: 'ask the trainer to stop' });
  }
}

/** Whether a stop was asked for. Cheap enough to ask several times a second. */
export function stopRequested(folder: RunFolder): boolean {
  return existsSync(folder.stop);
}

/** Withdraws the request, before a run is begun or resumed. */
export async function clearStop(folder: RunFolder): Promise<void> {
  try {
    await rm(folder.stop, { force: true });
  } catch (error) {
    throw fileProblem(error, { path: folder.stop, attempt: 'withdraw the request to stop' });
  }
}
