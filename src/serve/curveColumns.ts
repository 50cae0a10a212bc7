import type { StepsDelta } from '../panel/protocol.js';
import type { Entry, EntryOf } from '../run/log/entry.js';
import {
  deviceColumnNames,
  isDeviceColumn,
  readingOf,
  stepColumnNames,
  StepColumns,
  type DeviceColumnName,
  type StepColumnName,
} from '../run/log/steps.js';

/** The curves of a run as its log tells them, and which of it has not been handed on yet. */
export class CurveColumns {
  readonly #columns = new StepColumns();
  readonly #logged = new Set<StepColumnName>();
  /** What the card has told, and goes on telling while steps are made. */
  readonly #read = new Set<DeviceColumnName>();
  #seconds = new Float32Array(0);
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
    if (entry.type === 'device')
      for (const name of deviceColumnNames) if (name in readingOf(entry)) this.#read.add(name);
    if (entry.type !== 'steps' || this.#columns.length < entry.first - 1 + entry.count) return;
    this.#change(Math.min(kept, entry.first - 1));
    this.#loggedAt = entry.time;
    for (const name of stepColumnNames) {
      if (!isDeviceColumn(name) && entry[name] !== undefined) this.#logged.add(name);
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
      seconds: this.#seconds.slice(from, length),
      loggedAt: this.#loggedAt,
    };
  }

  #change(from: number): void {
    this.#changedFrom = Math.min(this.#changedFrom ?? from, from);
  }

  /** The steps of an entry share evenly what was worked since the entry before it. */
  #time({ first, count }: EntryOf<'steps'>, { before, after }: { before: number; after: number }): void {
    const { length } = this.#columns;
    if (length > this.#seconds.length) {
      const grown = new Float32Array(Math.max(length, 2 * this.#seconds.length, 1024)).fill(NaN);
      grown.set(this.#seconds);
      this.#seconds = grown;
    }
    const each = (after - before) / count;
    for (let step = 0; step < count; step++) this.#seconds[first - 1 + step] = before + (step + 1) * each;
  }
}
