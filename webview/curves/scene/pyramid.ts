/** Steps under one block of the lowest level, and blocks under one block of each level above. */
const firstBlock = 16;
const factor = 4;

/** Indices of the smallest and the largest value of a range. */
export interface Extremes {
  readonly lowest: number;
  readonly highest: number;
}

/** One level: where the extremes of each block are, as indices into the column; −1 where all values are missing. */
class Level {
  lowest = new Int32Array(0);
  highest = new Int32Array(0);
  /** Values that a positive-only pyramid leaves out; kept on the lowest level only. */
  leftOut = new Uint8Array(0);

  reserve(blocks: number): void {
    if (blocks <= this.lowest.length) return;
    const capacity = Math.max(blocks, 2 * this.lowest.length, 64);
    this.lowest = grown(this.lowest, new Int32Array(capacity));
    this.highest = grown(this.highest, new Int32Array(capacity));
    this.leftOut = grown(this.leftOut, new Uint8Array(capacity));
  }
}

/**
 * Where a column is smallest and largest, over any range, in a handful of look-ups: each level holds the extremes of
 * blocks of the level below. Values that are not finite are missing; with `positiveOnly`, as on a logarithmic scale,
 * those at or below 0 too.
 */
export class MinMaxPyramid {
  #values: Float32Array = new Float32Array(0);
  #levels: Level[] = [];
  #leftOut = 0;
  readonly #positiveOnly: boolean;

  constructor({ positiveOnly = false }: { positiveOnly?: boolean } = {}) {
    this.#positiveOnly = positiveOnly;
  }

  get values(): Float32Array {
    return this.#values;
  }

  /** How many finite values are left out because they are not positive. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Whether nothing is known of a value that a curve could show. */
  isMissing(value: number): boolean {
    return !Number.isFinite(value) || (this.#positiveOnly && value <= 0);
  }

  /**
   * Takes in a column that grew, was cut, or changed from an index on; blocks before it are not looked at again.
   * @param values the whole column, [n]; kept, not copied
   */
  update(values: Float32Array, firstChange: number): void {
    const before = this.#values.length;
    const from = Math.min(firstChange, before, values.length);
    this.#values = values;
    for (let block = Math.floor(from / firstBlock); block < Math.ceil(before / firstBlock); block++)
      this.#leftOut -= this.#levels[0]?.leftOut[block] ?? 0;
    let start = Math.floor(from / firstBlock);
    let blocks = Math.ceil(values.length / firstBlock);
    for (let depth = 0; ; depth++) {
      const level = (this.#levels[depth] ??= new Level());
      level.reserve(blocks);
      const below = this.#levels[depth - 1];
      if (below === undefined) this.#fillFirst(level, { start, blocks });
      else fillAbove(level, below, { values, start, blocks, count: this.#blocksAt(depth - 1) });
      if (blocks <= factor) {
        this.#levels.length = depth + 1;
        return;
      }
      start = Math.floor(start / factor);
      blocks = Math.ceil(blocks / factor);
    }
  }

  /** The extremes of the values in [from, to); null where all are missing. */
  extremes({ from, to }: { from: number; to: number }): Extremes | null {
    const found = new Int32Array(2);
    this.find(from, to, found);
    const [lowest = -1, highest = -1] = found;
    return lowest < 0 ? null : { lowest, highest };
  }

  /** As `extremes`, without making an object: writes the lowest's and the highest's index, or −1, into `found`. */
  find(from: number, to: number, found: Int32Array): void {
    found[0] = found[1] = -1;
    this.#scanValues(Math.max(0, from), Math.min(to, this.#values.length), found);
  }

  #scanValues(from: number, to: number, found: Int32Array): void {
    if (to - from < 2 * firstBlock) {
      this.#tryValues(from, to, found);
      return;
    }
    const start = Math.ceil(from / firstBlock);
    const end = Math.floor(to / firstBlock);
    this.#tryValues(from, start * firstBlock, found);
    this.#tryValues(end * firstBlock, to, found);
    this.#scanBlocks(0, start, end, found);
  }

  #scanBlocks(depth: number, from: number, to: number, found: Int32Array): void {
    const level = this.#levels[depth];
    if (level === undefined) return;
    if (to - from < 2 * factor || depth + 1 >= this.#levels.length) {
      this.#tryBlocks(level, from, to, found);
      return;
    }
    const start = Math.ceil(from / factor);
    const end = Math.floor(to / factor);
    this.#tryBlocks(level, from, start * factor, found);
    this.#tryBlocks(level, end * factor, to, found);
    this.#scanBlocks(depth + 1, start, end, found);
  }

  #tryValues(from: number, to: number, found: Int32Array): void {
    const values = this.#values;
    for (let index = from; index < to; index++) {
      const value = values[index] ?? NaN;
      if (this.isMissing(value)) continue;
      if (!(value >= (values[found[0] ?? -1] ?? Infinity))) found[0] = index;
      if (!(value <= (values[found[1] ?? -1] ?? -Infinity))) found[1] = index;
    }
  }

  #tryBlocks(level: Level, from: number, to: number, found: Int32Array): void {
    const values = this.#values;
    for (let block = from; block < to; block++) {
      const low = level.lowest[block] ?? -1;
      const high = level.highest[block] ?? -1;
      if (low < 0) continue;
      if (!((values[low] ?? NaN) >= (values[found[0] ?? -1] ?? Infinity))) found[0] = low;
      if (!((values[high] ?? NaN) <= (values[found[1] ?? -1] ?? -Infinity))) found[1] = high;
    }
  }

  #blocksAt(depth: number): number {
    let blocks = Math.ceil(this.#values.length / firstBlock);
    for (let below = 0; below < depth; below++) blocks = Math.ceil(blocks / factor);
    return blocks;
  }

  #fillFirst(level: Level, { start, blocks }: { start: number; blocks: number }): void {
    const values = this.#values;
    for (let block = start; block < blocks; block++) {
      let low = -1;
      let high = -1;
      let least = Infinity;
      let most = -Infinity;
      let leftOut = 0;
      const end = Math.min(values.length, (block + 1) * firstBlock);
      for (let index = block * firstBlock; index < end; index++) {
        const value = values[index] ?? NaN;
        if (this.isMissing(value)) {
          if (Number.isFinite(value)) leftOut++;
          continue;
        }
        if (value < least) {
          least = value;
          low = index;
        }
        if (value > most) {
          most = value;
          high = index;
        }
      }
      level.lowest[block] = low;
      level.highest[block] = high;
      level.leftOut[block] = leftOut;
      this.#leftOut += leftOut;
    }
  }
}

interface Blocks {
  readonly values: Float32Array;
  /** The first block to fill, and how many the level has. */
  readonly start: number;
  readonly blocks: number;
  /** How many the level below has. */
  readonly count: number;
}

function fillAbove(level: Level, below: Level, { values, start, blocks, count }: Blocks): void {
  for (let block = start; block < blocks; block++) {
    let low = -1;
    let high = -1;
    for (let child = block * factor; child < Math.min(count, (block + 1) * factor); child++) {
      const childLow = below.lowest[child] ?? -1;
      const childHigh = below.highest[child] ?? -1;
      if (childLow < 0) continue;
      if (low < 0 || (values[childLow] ?? NaN) < (values[low] ?? NaN)) low = childLow;
      if (high < 0 || (values[childHigh] ?? NaN) > (values[high] ?? NaN)) high = childHigh;
    }
    level.lowest[block] = low;
    level.highest[block] = high;
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
