import type { JSX } from 'preact';
import { nats, none, probability } from '../../../src/core/words.js';
import { atTemperature } from '../temperature.js';
import type { ColumnSummary, Distribution, DistributionRow } from './distribution.js';

export type BarScale = 'whole' | 'largest';

interface ComparisonProps {
  readonly distribution: Distribution;
  readonly nameOf: (label: number) => string;
  /** Whether a full bar is all of the probability, or the largest that is shown. */
  readonly scale: BarScale;
}

/** What each column says of one example: bars with numbers, and what sums them up, as one table. */
export function Comparison({ distribution, nameOf, scale }: ComparisonProps): JSX.Element {
  const { rows, columns, others, summaries, temperature } = distribution;
  // Of many classes the others together are nearly all: stretched are the ones that are listed.
  const listed = rows.filter(({ label }) => label !== null).flatMap(({ probabilities }) => probabilities);
  const full = scale === 'whole' ? 1 : Math.max(...listed, 1e-9);
  return (
    <table class="sl-bars">
      <thead>
        <tr>
          <th scope="col">
            class <span class="sl-at">{atTemperature(temperature)}</span>
          </th>
          {columns.map(({ role, members }) => (
            <th key={role} scope="col" class={role}>
              {role === 'teacher' && members.length > 1 ? `teachers (mean of ${members.length})` : role}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label ?? 'others'} class={row.isTruth ? 'sl-truth' : ''}>
            <th scope="row" title={row.label === null ? `${others} other classes together` : nameOf(row.label)}>
              <span class="sl-class">
                <span class="sl-class-name">{rowName({ row, others, nameOf })}</span>
                {row.isTruth && <span class="sl-truth-mark"> truth</span>}
              </span>
            </th>
            {columns.map(({ role }, column) => {
              const p = row.probabilities[column] ?? NaN;
              return (
                <td key={role}>
                  <span class="sl-bar-line">
                    <span class="sl-bar-room">
                      <span
                        class={`sl-bar ${role}${row.label === null ? ' sl-rest' : ''}`}
                        style={{ width: `${Number.isNaN(p) ? 0 : Math.min(100, (100 * p) / full)}%` }}
                      />
                    </span>
                    <span class="sl-bar-number">{probability(p)}</span>
                  </span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
      <tfoot>
        {summaryLines(summaries).map(({ name, title, values }) => (
          <tr key={name}>
            <th scope="row" title={title}>
              {name}
            </th>
            {values.map((value, column) => (
              <td key={columns[column]?.role}>{value}</td>
            ))}
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

/** `cat`, `990 others`. */
export function rowName({
  row,
  others,
  nameOf,
}: {
  row: DistributionRow;
  others: number;
  nameOf: (label: number) => string;
}): string {
  return row.label === null ? `${others} other${others === 1 ? '' : 's'}` : nameOf(row.label);
}

/** What sums the columns up, a line each, as text. */
export function summaryLines(
  summaries: readonly ColumnSummary[],
): { readonly name: string; readonly title: string; readonly values: readonly string[] }[] {
  const lines = [
    {
      name: 'entropy',
      title: 'Entropy: in nats, and as a share of the maximum',
      values: summaries.map(({ entropy, entropyShare }) =>
        Number.isNaN(entropy) ? none : `${nats(entropy)} nat (${(100 * entropyShare).toFixed(0)} % of max)`,
      ),
    },
    ...(summaries[0]?.topMass ?? []).map(({ k }, place) => ({
      name: `top ${k}`,
      title: `The probability of the ${k === 1 ? 'likeliest class' : `${k} likeliest classes together`}`,
      values: summaries.map(({ topMass }) => probability(topMass[place]?.mass ?? NaN)),
    })),
  ];
  if (summaries.every(({ divergence }) => divergence === null)) return lines;
  return [
    ...lines,
    {
      name: 'KL',
      title: 'Divergence of this column from the teacher at this temperature: KL(teacher‖column), in nats',
      values: summaries.map(({ divergence }) => (divergence === null ? none : `${nats(divergence)} nat`)),
    },
    {
      name: 'agreement (top-1) at T = 1',
      title: 'Whether it predicts the same class as the teacher',
      values: summaries.map(({ sameAnswer }) => (sameAnswer === null ? none : sameAnswer ? 'yes' : 'no')),
    },
  ];
}
