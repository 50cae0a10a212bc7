import { access } from 'node:fs/promises';
import type { RunFolder } from '../run/folder.js';

/** Milliseconds between two looks for the stop file. */
const interval = 200;

/**
 * Listens for whoever wants the trainer to leave: the file `stop` in the run folder, SIGTERM, SIGINT. The file is looked
 * for now and then and never by a step.
 */
export function watchForStop(folder: RunFolder): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const look = (): void => {
    access(folder.stop).then(abort, () => undefined);
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
