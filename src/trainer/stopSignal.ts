import { access } from 'node:fs/promises';
import { runFiles } from '../run/folder.js';
import type { OpenedRun } from '../run/openedRun.js';

/** Milliseconds between two looks for the stop file. */
const interval = 200;

/**
 * Listens for whoever wants the trainer to leave: the file `stop` in the run folder, SIGTERM, SIGINT; and for the folder
 * being moved or deleted, which is the reason of the signal then. It is looked now and then and never by a step.
 */
export function watchForStop(run: OpenedRun): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const look = (): void => {
    const lost = run.lost();
    if (lost !== null) controller.abort(lost);
    else access(run.folder.at(runFiles.stop)).then(abort, () => undefined);
  };
  look();
  const timer = setInterval(look, interval);
  process.on('SIGTERM', abort);
  process.on('SIGINT', abort);
  return {
    signal: controller.signal,
    dispose: () => {
      clearInterval(timer);
      process.off('SIGTERM', abort);
      process.off('SIGINT', abort);
    },
  };
}
