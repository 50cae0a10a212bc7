import { randomStream, type RandomStream } from '../../src/core/random.js';

/** Chance that is the same for a seed and a name: what a trial does can be done again. */
export class Dice {
  readonly #stream: RandomStream;
  #thrown = 0;

  constructor(seed: number, ...name: readonly (number | string)[]) {
    this.#stream = randomStream(seed, 'faults', ...name);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.#stream.uniform(this.#thrown++);
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.between(0, count));
  }

  /** @throws where there is nothing to choose from */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  /** True in so many of a hundred. */
  percent(chance: number): boolean {
    return this.below(100) < chance;
  }
}
