import { none } from '../../../src/core/words.js';
import { metricsOf, type ChartSubject } from '../metrics.js';
import type { ShownRun } from './shownRun.js';

/** The newest value of a run in a chart, as text: of its last step, or, where nothing is logged by step, of its last test. */
export function lastValue({ data }: Pick<ShownRun, 'data'>, subject: ChartSubject): string {
  const { column, otherwise } = subject;
  const steps = (column && data.curves.column(column)) ?? (otherwise && data.curves.column(otherwise));
  const atStep = steps?.at(-1);
  if (atStep !== undefined) return subject.format(atStep);
  const last = data.epochs.at(-1);
  const metrics = last && metricsOf(last, 'test');
  const atEpoch = metrics && subject.ofEpoch(metrics);
  return atEpoch === undefined ? none : subject.format(atEpoch);
}
