import type { JSX } from 'preact';
import { count, duration, loss, none, percent } from '../../src/core/words.js';
import type { Metrics } from '../../src/run/entry.js';
import type { ShownRun } from './shownRun.js';

interface Column {
  readonly head: string;
  readonly text: (metrics: Metrics) => string;
}

const optional = (value: number | undefined): string => (value === undefined ? none : loss(value));

const columns: readonly Column[] = [
  { head: 'errors', text: ({ errors }) => count(errors) },
  { head: 'accuracy', text: ({ accuracy }) => percent(accuracy) },
  { head: 'loss', text: (metrics) => loss(metrics.loss) },
  { head: 'distillation', text: ({ distillationLoss }) => optional(distillationLoss) },
  { head: 'student', text: ({ studentLoss }) => optional(studentLoss) },
];

/** What the curves show, to be read: a row an epoch and run. */
export function EpochTable({ runs }: { runs: readonly ShownRun[] }): JSX.Element {
  const hasValidation = runs.some(({ data }) => data.epochs.some(({ validation }) => validation !== undefined));
  const hasTrain = runs.some(({ data }) => data.run.record.spec.trainable !== 'none');
  const parts = (['train', 'validation', 'test'] as const).filter(
    (part) => (part !== 'validation' || hasValidation) && (part !== 'train' || hasTrain),
  );
  const hasRows = runs.some(({ data }) => data.epochs.length > 0);
  if (!hasRows) return <p class="muted">No epoch has ended yet.</p>;
  return (
    <div class="curves-table" tabIndex={0} role="region" aria-label="Values by epoch">
      <table>
        <thead>
          <tr>
            <th rowSpan={2}>run</th>
            <th rowSpan={2} class="number">
              epoch
            </th>
            <th rowSpan={2} class="number">
              step
            </th>
            <th rowSpan={2} class="number">
              time
            </th>
            {parts.map((part) => (
              <th key={part} colSpan={columns.length} scope="colgroup" class="group">
                {part}
              </th>
            ))}
          </tr>
          <tr>
            {parts.flatMap((part) =>
              columns.map(({ head }, place) => (
                <th key={`${part} ${head}`} class={place === 0 ? 'number group-start' : 'number'}>
                  {head}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {runs.flatMap(({ data, label }) =>
            data.epochs.map((epoch) => (
              <tr key={`${data.run.key} ${epoch.epoch}`}>
                <th scope="row">{label}</th>
                <td class="number">{epoch.epoch}</td>
                <td class="number">{count(epoch.step)}</td>
                <td class="number">{duration(epoch.seconds)}</td>
                {parts.flatMap((part) =>
                  columns.map(({ head, text }, place) => {
                    const metrics = epoch[part];
                    return (
                      <td key={`${part} ${head}`} class={place === 0 ? 'number group-start' : 'number'}>
                        {metrics === undefined ? none : text(metrics)}
                      </td>
                    );
                  }),
                )}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
