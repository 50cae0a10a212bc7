/**
 * Numbers by step, float32, that grow at their end and can be cut: a curve as it is logged, sent or received. What was
 * passed over is NaN.
 */
export class GrowingColumn {
  #values = new Float32Array(0);
  #length = 0;

  /** What is at `length` and beyond is void. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Writes `count` values from index `from` on, or one for all of them; what was there and beyond is void. */
  write({ from, count, values }: { from: number; count: number; values: number | ArrayLike<number> }): void {
    this.#growTo(from);
    this.#length = from;
    const to = from + count;
    this.#reserve(to);
    if (typeof values === 'number') this.#values.fill(values, from, to);
    else for (let index = 0; index < count; index++) this.#values[from + index] = values[index] ?? NaN;
    this.#length = to;
  }

  /** The first `length` values: a view, valid until the next change. */
  view(length: number): Float32Array {
    this.#growTo(length);
    return this.#values.subarray(0, length);
  }

  #growTo(length: number): void {
    if (length <= this.#length) return;
    this.#reserve(length);
    this.#values.fill(NaN, this.#length, length);
    this.#length = length;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const grown = new Float32Array(Math.max(length, 2 * this.#values.length, 1024));
    grown.set(this.#values.subarray(0, this.#length));
    this.#values = grown;
  }
}
