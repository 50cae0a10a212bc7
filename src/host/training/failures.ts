import { EventEmitter } from 'node:events';
import type { Failure } from './failure.js';

/** Why experiments did not run when they were asked to the last time, in this life of the window. Tells of each change. */
export class Failures extends EventEmitter<{ change: [] }> {
  readonly #byFile = new Map<string, Failure>();

  /** Of experiments, by their files. */
  get experiments(): ReadonlyMap<string, Failure> {
    return this.#byFile;
  }

  /** The last time of an experiment went wrong; null when it goes well, or has begun once more. */
  set(file: string, failure: Failure | null): void {
    if (failure === null && !this.#byFile.delete(file)) return;
    if (failure !== null) this.#byFile.set(file, failure);
    this.emit('change');
  }
}
