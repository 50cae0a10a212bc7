import { problemOf, type Problem } from '../../src/core/problem.js';
import type { ToPage } from './protocol.js';
import type { WorkerPort } from './sums.js';

/**
 * Starts the worker from its code: a webview may start none from an address of the extension, only from one that it
 * made itself (docs/decisions/panel.md).
 */
export function startWorker(code: string): WorkerPort {
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  let worker: Worker;
  try {
    worker = new Worker(address, { name: 'sums' });
  } catch (error) {
    return { post: () => undefined, listen: ({ onEnd }) => onEnd(ended(problemOf(error).message)) };
  }
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: ({ onMessage, onEnd }) => {
      worker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => onMessage(data));
      worker.addEventListener('messageerror', () => onEnd(ended('its answer could not be read')));
      worker.addEventListener('error', ({ message }) => {
        worker.terminate();
        onEnd(ended(message));
      });
    },
  };
}

/** @param why what the browser says; nothing where its policy forbids workers */
function ended(why: string | undefined): Problem {
  return {
    code: 'no-worker',
    message: `The panel has no worker to compute in: ${why === undefined || why === '' ? 'the page was not allowed to start one' : why}. Curves and details are shown all the same; soft labels and confusion need it.`,
    fix: 'Close the panel and open it again. If that does not help, please report it with what `distillery doctor` prints.',
  };
}
