export const xUnits = ['step', 'epoch', 'time'] as const;
export type XUnit = (typeof xUnits)[number];

/** Where the steps of a run stand on the x axis, in ascending order. Index i is step i + 1. */
export interface Positions {
  readonly length: number;
  at(index: number): number;
  /** The first index that stands at x or right of it; `length` where none does. */
  firstFrom(x: number): number;
}

/** Steps that are all equally far apart: x in steps, or in epochs. */
export class EvenPositions implements Positions {
  readonly length: number;
  readonly #stepsPerUnit: number;

  constructor({ length, stepsPerUnit }: { length: number; stepsPerUnit: number }) {
    this.length = length;
    this.#stepsPerUnit = stepsPerUnit;
  }

  at(index: number): number {
    return (index + 1) / this.#stepsPerUnit;
  }

  firstFrom(x: number): number {
    let index = Math.min(this.length, Math.max(0, Math.ceil(x * this.#stepsPerUnit - 1)));
    while (index > 0 && this.at(index - 1) >= x) index--;
    while (index < this.length && this.at(index) < x) index++;
    return index;
  }
}

/** Steps at the seconds of work they took: some are slow, and a range is found by halving. */
export class TimePositions implements Positions {
  #seconds: Float32Array = new Float32Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * Takes in a column of seconds that changed from an index on. Where it is missing or goes back, time stands still:
   * the order of steps is never in doubt.
   */
  update(seconds: Float32Array, firstChange: number): void {
    const from = Math.min(firstChange, this.#length);
    if (seconds.length > this.#seconds.length) {
      const grown = new Float32Array(Math.max(seconds.length, 2 * this.#seconds.length));
      grown.set(this.#seconds.subarray(0, from));
      this.#seconds = grown;
    }
    let latest = this.#seconds[from - 1] ?? 0;
    for (let index = from; index < seconds.length; index++) {
      const value = seconds[index] ?? NaN;
      if (value > latest) latest = value;
      this.#seconds[index] = latest;
    }
    this.#length = seconds.length;
  }

  at(index: number): number {
    return this.#seconds[index] ?? NaN;
  }

  firstFrom(x: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seconds[middle] ?? Infinity) < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The index whose position is nearest to x; −1 where there is none. */
export function nearest(positions: Positions, x: number): number {
  const after = positions.firstFrom(x);
  if (after === 0) return positions.length === 0 ? -1 : 0;
  if (after === positions.length) return after - 1;
  return positions.at(after) - x < x - positions.at(after - 1) ? after : after - 1;
}
