import { GrowingColumn } from '../core/growingColumn.js';
import { deviceMetrics, type DeviceMetric } from '../core/metrics.js';
import type { StepsDelta } from '../panel/protocol.js';
import type { Entry, EntryOf } from '../run/log/entry.js';
import { isDeviceMetric, readingOf, stepColumnNames, StepColumns, type StepColumnName } from '../run/log/steps.js';

/** The curves of a run as its log tells them, and which of it has not been handed on yet. */
export class CurveColumns {
  readonly #columns = new StepColumns();
  readonly #logged = new Set<StepColumnName>();
  /** What the card has told, and goes on telling while steps are made. */
  readonly #read = new Set<DeviceMetric>();
  readonly #seconds = new GrowingColumn();
  #changedFrom: number | null = null;
  #loggedAt = 0;

  /** The first step that is beyond the bounds of what is kept; null where there is none. */
  get passedOver(): number | null {
    return this.#columns.passedOver;
  }

  /** @param worked seconds of work on the run before the entry and after it, pauses left out */
  advance(entry: Entry, worked: { readonly before: number; readonly after: number }): void {
    const kept = this.#columns.length;
    this.#columns.advance(entry);
    if (entry.type === 'started' && this.#columns.length < kept) this.#change(this.#columns.length);
    if (entry.type === 'device') for (const name of deviceMetrics) if (name in readingOf(entry)) this.#read.add(name);
    if (entry.type !== 'steps' || this.#columns.length < entry.first - 1 + entry.count) return;
    this.#change(Math.min(kept, entry.first - 1));
    this.#loggedAt = entry.time;
    for (const name of stepColumnNames) {
      if (!isDeviceMetric(name) && entry[name] !== undefined) this.#logged.add(name);
    }
    for (const name of this.#read) this.#logged.add(name);
    this.#time(entry, worked);
  }

  /** What has changed since the last call; null where nothing has. Its arrays are the receiver's own. */
  take(): StepsDelta | null {
    const from = this.#changedFrom;
    if (from === null) return null;
    this.#changedFrom = null;
    const { length } = this.#columns;
    const columns: Partial<Record<StepColumnName, Float32Array>> = {};
    for (const name of this.#logged) columns[name] = this.#columns.column(name).slice(from);
    return {
      from,
      count: length - from,
      columns,
      seconds: this.#seconds.view(length).slice(from),
      loggedAt: this.#loggedAt,
    };
  }

  #change(from: number): void {
    this.#changedFrom = Math.min(this.#changedFrom ?? from, from);
  }

  /** The steps of an entry share evenly what was worked since the entry before it. */
  #time({ first, count }: EntryOf<'steps'>, { before, after }: { before: number; after: number }): void {
    const each = (after - before) / count;
    const values = Float32Array.from({ length: count }, (_, step) => before + (step + 1) * each);
    this.#seconds.write({ from: first - 1, count, values });
  }
}
