import { deviceMetrics, metrics, metricsOf, sometimesLogged } from '../../core/metrics.js';
import { assertNever } from '../../core/problem.js';
import type { Entry, EntryOf, Metrics } from '../log/entry.js';
import type { ScalarEvent } from './eventFile.js';

/**
 * What a log holds for TensorBoard: what each step and each epoch measured, and the card. Steps that were made again
 * after a kill come once, as they were made last; what is no finite number is left out.
 */
export function* scalarsOf(entries: readonly Entry[]): Generator<ScalarEvent> {
  let last = 0;
  for (const { entry, valid } of withLimits(entries)) {
    if (entry.type === 'steps') last = entry.first + entry.count - 1;
    for (const event of eventsOf(entry, last)) {
      if (event.step > valid) continue;
      const values = Object.fromEntries(Object.entries(event.values).filter(([, value]) => Number.isFinite(value)));
      if (Object.keys(values).length > 0) yield { ...event, values };
    }
  }
}

/** Entries, each with the last step of which it is still true: a process that resumes makes later ones again. */
function withLimits(entries: readonly Entry[]): { readonly entry: Entry; readonly valid: number }[] {
  let valid = Infinity;
  return entries
    .toReversed()
    .map((entry) => {
      const limited = { entry, valid };
      if (entry.type === 'started') valid = Math.min(valid, entry.resumedFrom);
      return limited;
    })
    .reverse();
}

/** @param last the step before which the entry was written */
function* eventsOf(entry: Entry, last: number): Generator<ScalarEvent> {
  switch (entry.type) {
    case 'steps':
      for (let index = 0; index < entry.count; index++) yield stepEvent(entry, index);
      return;
    case 'epoch':
      yield { step: entry.step, time: entry.time, values: epochValues(entry) };
      return;
    case 'device':
      yield { step: last, time: entry.time, values: deviceValues(entry) };
      return;
    case 'started':
    case 'weights':
    case 'note':
    case 'warning':
    case 'progress':
    case 'checkpoint':
    case 'alive':
    case 'finished':
    case 'stopped':
    case 'failed':
      return;
    default:
      assertNever(entry);
  }
}

type Values = Record<string, number>;

function stepEvent(entry: EntryOf<'steps'>, index: number): ScalarEvent {
  const values: Values = {};
  for (const name of metricsOf('step', 'rate')) {
    const column = entry[name];
    if (column !== undefined)
      values[stepTag(metrics[name])] = typeof column === 'number' ? column : (column[index] ?? NaN);
  }
  return { step: entry.first + index, time: entry.time, values };
}

/** What is measured at the end of an epoch too has a tag for each. */
const stepTag = (metric: { readonly tag: string; readonly epoch?: boolean }): string =>
  metric.epoch === true ? `${metric.tag}/step` : metric.tag;

function epochValues({ epoch, train, validation, test }: EntryOf<'epoch'>): Values {
  const values: Values = { epoch };
  for (const [split, measured] of Object.entries({ train, validation, test })) {
    if (measured !== undefined) Object.assign(values, splitValues(split, measured));
  }
  return values;
}

function splitValues(split: string, measured: Metrics): Values {
  const names = ['accuracy', 'balancedAccuracy', 'errors', 'loss', ...sometimesLogged] as const;
  return present(Object.fromEntries(names.map((name) => [`${metrics[name].tag}/${split}`, measured[name]])));
}

const deviceValues = (entry: EntryOf<'device'>): Values =>
  present(Object.fromEntries(deviceMetrics.map((name) => [metrics[name].tag, entry[metrics[name].field]])));

/** Values that there are. */
function present(values: Readonly<Record<string, number | undefined>>): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([tag, value]): [string, number][] => (value === undefined ? [] : [[tag, value]])),
  );
}
