/** Lets a few do at once what all together would do to nobody's good: whoever comes later waits for its turn. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param atOnce how many work at the same time, at least 1 */
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Works when it is its turn, in the order of the calls; work that fails gives its turn on all the same. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
