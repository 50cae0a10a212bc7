import { randomStream, type RandomStream } from '../../src/core/random.js';

/** Random choices for one input: the same for the same seed, reader and number. */
export class Draw {
  readonly #stream: RandomStream;
  #at = 0;

  constructor(seed: number, reader: string, input: number) {
    this.#stream = randomStream(seed, 'fuzz', reader, input);
  }

  /** A whole number from 0 to n − 1. */
  below(n: number): number {
    return this.#stream.below(Math.max(1, n), this.#at++);
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  }
}
