import { sometimesLogged, type SometimesLogged } from '../../core/metrics.js';
import { mostSteps, type EntryOf } from './entry.js';

/**
 * The `steps` entry that a parsed line of the log is, or null where it is none. Agrees with `entrySchema` to the value,
 * and takes a tenth of its time: almost all of a long log is such entries, thousands of numbers each.
 */
export function stepsEntryOf(value: unknown): EntryOf<'steps'> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { type, time, first, count, examplesPerSecond, ...columns }: Readonly<Record<string, unknown>> = { ...value };
  if (type !== 'steps' || !isFiniteNumber(time) || !isWhole(first)) return null;
  if (!isWhole(count) || count < 0 || count > mostSteps) return null;
  const loss = columnOf(columns['loss'], count);
  const learningRate = columnOf(columns['learningRate'], count);
  const rate = measuredOf(examplesPerSecond);
  if (loss === null || learningRate === null || rate === null) return null;
  const optional: Partial<Record<SometimesLogged, number | number[]>> = {};
  for (const name of sometimesLogged) {
    const found = columns[name];
    if (found === undefined) continue;
    const column = columnOf(found, count);
    if (column === null) return null;
    optional[name] = column;
  }
  return {
    type,
    time,
    first,
    count,
    loss,
    ...optional,
    learningRate,
    examplesPerSecond: rate,
  };
}

/** Null for what is no column of so many steps. JSON writes null for a number that is not finite. */
function columnOf(value: unknown, count: number): number | number[] | null {
  if (!Array.isArray(value)) return measuredOf(value);
  const items: readonly unknown[] = value;
  if (items.length !== count) return null;
  const column = new Array<number>(items.length);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (isFiniteNumber(item)) column[index] = item;
    else if (item === null) column[index] = NaN;
    else return null;
  }
  return column;
}

function measuredOf(value: unknown): number | null {
  if (value === null) return NaN;
  return isFiniteNumber(value) ? value : null;
}

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
