import type { Entry, EntryOf } from './entry.js';

/** How the card was while the steps were made: one reading holds until the next. */
export const deviceColumnNames = ['gpuUtilization', 'gpuMemory', 'gpuTemperature', 'gpuPower'] as const;
export type DeviceColumnName = (typeof deviceColumnNames)[number];

/** Of runs with a teacher; not in logs from before they were kept. */
export const gradientColumnNames = ['distillationGradient', 'studentGradient', 'gradientCosine'] as const;

export const stepColumnNames = [
  'loss',
  'distillationLoss',
  'studentLoss',
  ...gradientColumnNames,
  'learningRate',
  'examplesPerSecond',
  ...deviceColumnNames,
] as const;
export type StepColumnName = (typeof stepColumnNames)[number];

/**
 * Steps in a row of which a log may say nothing: what a lost log, or lost lines, leave out. They take room like others,
 * so a line that claims a step far away would fill the memory.
 */
const mostUnlogged = 2 ** 20;

/** Values that are kept of a run, over all metrics: 134 MB. Four metrics of 8,000,000 steps, twelve of 2,800,000. */
const mostValues = 2 ** 25;

/**
 * The curves of a run: one value a step for each metric, made from the log entry by entry. Row i belongs to step
 * i + 1; a value that was not logged is NaN. After a resume the later steps replace the earlier ones. What is beyond the
 * bounds is not kept; `passedOver` tells of it.
 */
export class StepColumns {
  #length = 0;
  /** For how many steps there is room. */
  #room = 0;
  /** Only of metrics that were ever logged: of a long run each takes megabytes. NaN where nothing was logged. */
  readonly #columns = new Map<StepColumnName, Float32Array>();
  #device: Readonly<Partial<Record<DeviceColumnName, number>>> = {};
  #unlogged = 0;
  #passedOver: number | null = null;

  /** The first step that was logged and not kept, since it is beyond the bounds; null where all were. */
  get passedOver(): number | null {
    return this.#passedOver;
  }

  /** Steps held. */
  get length(): number {
    return this.#length;
  }

  /** The values of a metric so far. A view: valid until the next `advance`. */
  column(name: StepColumnName): Float32Array {
    return (this.#columns.get(name) ?? unlogged(this.#length)).subarray(0, this.#length);
  }

  /** Takes in the next entry of the log; those without steps change nothing, except a resume, which cuts. */
  advance(entry: Entry): void {
    if (entry.type === 'started') {
      this.#length = Math.min(this.#length, entry.resumedFrom);
      this.#device = {};
    }
    if (entry.type === 'device') this.#device = readingOf(entry);
    if (entry.type === 'steps') this.#write(entry);
  }

  #write(entry: EntryOf<'steps'>): void {
    const from = entry.first - 1;
    const to = from + entry.count;
    if (from < 0 || to < from) return;
    const gap = Math.max(0, from - this.#length);
    if (this.#unlogged + gap > mostUnlogged || to * this.#columnsWith(entry) > mostValues) {
      this.#passedOver = Math.min(this.#passedOver ?? Infinity, entry.first);
      return;
    }
    this.#unlogged += gap;
    this.#reserve(to);
    for (const name of stepColumnNames) {
      const value = isDeviceColumn(name) ? this.#device[name] : entry[name];
      const known = this.#columns.get(name);
      if (known === undefined && value === undefined) continue;
      const column = known ?? unlogged(this.#room);
      if (known === undefined) this.#columns.set(name, column);
      if (from > this.#length) column.fill(NaN, this.#length, from);
      if (typeof value === 'object') fillFrom(column, { from, to, values: value });
      else column.fill(value ?? NaN, from, to);
    }
    this.#length = to;
  }

  /** How many columns there are once an entry is written. */
  #columnsWith(entry: EntryOf<'steps'>): number {
    const logged = (name: StepColumnName): boolean =>
      this.#columns.has(name) || (isDeviceColumn(name) ? this.#device[name] : entry[name]) !== undefined;
    return stepColumnNames.filter(logged).length;
  }

  #reserve(length: number): void {
    if (length <= this.#room) return;
    this.#room = Math.max(length, 2 * this.#room, 1024);
    for (const [name, column] of this.#columns) {
      const grown = unlogged(this.#room);
      grown.set(column.subarray(0, this.#length));
      this.#columns.set(name, grown);
    }
  }
}

const unlogged = (length: number): Float32Array => new Float32Array(length).fill(NaN);

export function readingOf(entry: EntryOf<'device'>): Partial<Record<DeviceColumnName, number>> {
  const { utilization, memoryUsed, temperature, power } = entry;
  return {
    ...(utilization === undefined ? {} : { gpuUtilization: utilization }),
    ...(memoryUsed === undefined ? {} : { gpuMemory: memoryUsed }),
    ...(temperature === undefined ? {} : { gpuTemperature: temperature }),
    ...(power === undefined ? {} : { gpuPower: power }),
  };
}

export const isDeviceColumn = (name: StepColumnName): name is DeviceColumnName =>
  deviceColumnNames.some((each) => each === name);

function fillFrom(
  column: Float32Array,
  { from, to, values }: { from: number; to: number; values: readonly number[] },
): void {
  for (let step = from; step < to; step++) column[step] = values[step - from] ?? NaN;
}
