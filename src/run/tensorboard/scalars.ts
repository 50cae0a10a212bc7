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
  for (const [tag, column] of [
    ['loss/step', entry.loss],
    ['distillation_loss/step', entry.distillationLoss],
    ['student_loss/step', entry.studentLoss],
    ['distillation_gradient/step', entry.distillationGradient],
    ['student_gradient/step', entry.studentGradient],
    ['gradient_cosine/step', entry.gradientCosine],
    ['learning_rate', entry.learningRate],
    ['examples_per_second', entry.examplesPerSecond],
  ] as const) {
    if (column !== undefined) values[tag] = typeof column === 'number' ? column : (column[index] ?? NaN);
  }
  return { step: entry.first + index, time: entry.time, values };
}

function epochValues({ epoch, train, validation, test }: EntryOf<'epoch'>): Values {
  const values: Values = { epoch };
  for (const [split, metrics] of Object.entries({ train, validation, test })) {
    if (metrics !== undefined) Object.assign(values, splitValues(split, metrics));
  }
  return values;
}

function splitValues(split: string, metrics: Metrics): Values {
  return present({
    [`accuracy/${split}`]: metrics.accuracy,
    [`balanced_accuracy/${split}`]: metrics.balancedAccuracy,
    [`errors/${split}`]: metrics.errors,
    [`loss/${split}`]: metrics.loss,
    [`distillation_loss/${split}`]: metrics.distillationLoss,
    [`student_loss/${split}`]: metrics.studentLoss,
    [`distillation_gradient/${split}`]: metrics.distillationGradient,
    [`student_gradient/${split}`]: metrics.studentGradient,
    [`gradient_cosine/${split}`]: metrics.gradientCosine,
  });
}

function deviceValues({ utilization, memoryUsed, temperature, power }: EntryOf<'device'>): Values {
  return present({
    'card/utilization_percent': utilization,
    'card/memory_bytes': memoryUsed,
    'card/temperature_celsius': temperature,
    'card/power_watts': power,
  });
}

/** Values that there are. */
function present(values: Readonly<Record<string, number | undefined>>): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([tag, value]): [string, number][] => (value === undefined ? [] : [[tag, value]])),
  );
}
