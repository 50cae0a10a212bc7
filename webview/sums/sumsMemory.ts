import type { LogitsStore } from './logitsStore.js';
import type { Split } from './protocol.js';
import { splitSumsOf, type SplitSums } from './splitSums.js';
import type { Steps } from './steps.js';

/** As many passes as are asked about again: the one that is shown, and that at T = 1. */
const mostKept = 2;

/** Passes over splits that were made last: what is asked of one of them again needs no other. */
export class SumsMemory {
  readonly #kept = new Map<string, SplitSums>();

  *of(store: LogitsStore, { split, temperature }: { split: Split; temperature: number }): Steps<SplitSums> {
    const key = JSON.stringify([split, temperature]);
    const sums = this.#kept.get(key) ?? (yield* splitSumsOf(store.splitOf(split), temperature));
    this.#kept.delete(key);
    this.#kept.set(key, sums);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > mostKept) this.#kept.delete(oldest);
    return sums;
  }
}
