/** Lets work begin while what is at work together stays within a bound; what is larger than the bound works alone. */
export class Budget {
  #spent = 0;
  readonly #waiting: { readonly cost: number; readonly begin: () => void }[] = [];

  constructor(private readonly most: number) {}

  /** In the order in which it was asked for. */
  async spend<T>(cost: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(cost)) {
      await new Promise<void>((begin) => this.#waiting.push({ cost, begin }));
    } else this.#spent += cost;
    try {
      return await work();
    } finally {
      this.#spent -= cost;
      this.#beginNext();
    }
  }

  #fits(cost: number): boolean {
    return this.#spent === 0 || this.#spent + cost <= this.most;
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.cost); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#spent += next.cost;
      next.begin();
    }
  }
}
