import { Answering } from './answering.js';
import type { SumName, ToPage, ToWorker } from './protocol.js';

/** What a worker's own scope offers of what is used here. */
interface WorkerScope {
  postMessage<N extends SumName>(message: ToPage<N>, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

declare const self: WorkerScope;

/** The composition root of the worker. */
const turns = new MessageChannel();
let next: (() => void) | null = null;
turns.port1.onmessage = () => {
  const callback = next;
  next = null;
  callback?.();
};
const answering = new Answering({
  post: (message, transfer) => self.postMessage(message, transfer),
  // A message to itself stands behind those that have come; a timer would wait longer.
  afterMessages: (callback) => {
    next = callback;
    turns.port2.postMessage(null);
  },
  now: () => performance.now(),
});
self.addEventListener('message', ({ data }) => answering.receive(data));
