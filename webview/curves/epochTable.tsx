import type { JSX } from 'preact';
import { gradientShare } from '../../src/core/losses/gradientTerms.js';
import { count, duration, loss, none, percent, proportion } from '../../src/core/words.js';
import type { Metrics } from '../../src/run/log/entry.js';
import type { ShownRun } from './runs/shownRun.js';

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

/** Averages over the steps of an epoch. */
const gradientColumns: readonly Column[] = [
  {
    head: 'share',
    text: ({ distillationGradient: distillation, studentGradient: student }) =>
      distillation === undefined || student === undefined ? none : proportion(gradientShare({ distillation, student })),
  },
  { head: 'distillation', text: ({ distillationGradient }) => optional(distillationGradient) },
  { head: 'student', text: ({ studentGradient }) => optional(studentGradient) },
  { head: 'cosine', text: ({ gradientCosine }) => (gradientCosine === undefined ? none : proportion(gradientCosine)) },
];

/** What the curves show, to be read: a row an epoch and run. */
export function EpochTable({ runs }: { runs: readonly ShownRun[] }): JSX.Element {
  const hasValidation = runs.some(({ data }) => data.epochs.some(({ validation }) => validation !== undefined));
  const hasTrain = runs.some(({ data }) => data.run.record.spec.trainable !== 'none');
  const parts = (['train', 'validation', 'test'] as const).filter(
    (part) => (part !== 'validation' || hasValidation) && (part !== 'train' || hasTrain),
  );
  const groups = [
    ...parts.map((part) => ({ name: part, part, columns })),
    ...(runs.some(({ data }) => data.epochs.some(({ train }) => train?.distillationGradient !== undefined))
      ? [{ name: 'gradient of train', part: 'train' as const, columns: gradientColumns }]
      : []),
  ];
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
            {groups.map(({ name, columns }) => (
              <th key={name} colSpan={columns.length} scope="colgroup" class="group">
                {name}
              </th>
            ))}
          </tr>
          <tr>
            {groups.flatMap(({ name, columns }) =>
              columns.map(({ head }, place) => (
                <th key={`${name} ${head}`} class={place === 0 ? 'number group-start' : 'number'}>
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
                {groups.flatMap(({ name, part, columns }) =>
                  columns.map(({ head, text }, place) => {
                    const metrics = epoch[part];
                    return (
                      <td key={`${name} ${head}`} class={place === 0 ? 'number group-start' : 'number'}>
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
