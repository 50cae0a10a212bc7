import { GrowingColumn } from '../../core/growingColumn.js';
import { deviceMetrics, metrics, metricsOf, type DeviceMetric } from '../../core/metrics.js';
import type { Entry, EntryOf } from './entry.js';

/** What a log tells of each step: of a card one reading holds until the next. */
export const stepColumnNames = metricsOf('step', 'rate', 'device');
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
  /** Only of metrics that were ever logged: of a long run each takes megabytes. */
  readonly #columns = new Map<StepColumnName, GrowingColumn>();
  #device: Readonly<Partial<Record<DeviceMetric, number>>> = {};
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
    return this.#columns.get(name)?.view(this.#length) ?? new Float32Array(this.#length).fill(NaN);
  }

  /** Takes in the next entry of the log; those without steps change nothing, except a resume, which cuts. */
  advance(entry: Entry): void {
    if (entry.type === 'started') {
      this.#length = Math.min(this.#length, entry.resumedFrom);
      for (const column of this.#columns.values()) column.cut(this.#length);
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
    for (const name of stepColumnNames) {
      const values = isDeviceMetric(name) ? this.#device[name] : entry[name];
      const column = this.#columns.get(name) ?? (values === undefined ? undefined : new GrowingColumn());
      if (column === undefined) continue;
      this.#columns.set(name, column);
      if (values === undefined) column.cut(from);
      else column.write({ from, count: entry.count, values });
    }
    this.#length = to;
  }

  /** How many columns there are once an entry is written. */
  #columnsWith(entry: EntryOf<'steps'>): number {
    const logged = (name: StepColumnName): boolean =>
      this.#columns.has(name) || (isDeviceMetric(name) ? this.#device[name] : entry[name]) !== undefined;
    return stepColumnNames.filter(logged).length;
  }
}

/** What a card told. */
export function readingOf(entry: EntryOf<'device'>): Partial<Record<DeviceMetric, number>> {
  const reading: Partial<Record<DeviceMetric, number>> = {};
  for (const name of deviceMetrics) {
    const value = entry[metrics[name].field];
    if (value !== undefined) reading[name] = value;
  }
  return reading;
}

export const isDeviceMetric = (name: StepColumnName): name is DeviceMetric => metrics[name].of === 'device';
