import type { JSX } from 'preact';
import { probability } from '../../../src/core/words.js';
import { summaryLines } from './comparison.js';
import { distributionOf, type Distribution } from './distribution.js';
import type { ExampleLogits } from './useExampleLogits.js';
import { temperatureText, type MovingTemperature } from '../temperature.js';
import { useSignal } from '../../useSignal.js';

interface ComparisonTableProps {
  readonly temperature: MovingTemperature;
  readonly example: ExampleLogits;
  readonly multiples: readonly Distribution[];
  readonly nameOf: (label: number) => string;
}

/** All classes of one example at all temperatures, to read. Follows when the slider rests. */
export function ComparisonTable(props: ComparisonTableProps): JSX.Element {
  const { temperature, example, multiples, nameOf } = props;
  const value = useSignal(temperature.resting);
  const { classes, truth, columns } = example;
  const now = distributionOf(example, { temperature: value, shown: [] });
  const all = [now, ...multiples.filter((multiple) => multiple.temperature !== value)];
  return (
    <div class="sl-twin">
      <table>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              class
            </th>
            {all.map((one) => (
              <th key={one.temperature} scope="colgroup" colSpan={columns.length}>
                T {temperatureText(one.temperature)}
              </th>
            ))}
          </tr>
          <tr>
            {all.flatMap((one) =>
              columns.map(({ role }) => (
                <th key={`${one.temperature} ${role}`} scope="col" class={`number ${role}`}>
                  {role}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: classes }, (_, label) => (
            <tr key={label} class={label === truth ? 'sl-truth' : ''}>
              <th scope="row">
                {nameOf(label)}
                {label === truth && <span class="sl-truth-mark"> truth</span>}
              </th>
              {all.flatMap((one) =>
                one.probabilities.map((soft, column) => (
                  <td key={`${one.temperature} ${column}`} class="number">
                    {probability(soft[label] ?? NaN)}
                  </td>
                )),
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {summaryLines(now.summaries).map(({ name, title }, line) => (
            <tr key={name}>
              <th scope="row" title={title}>
                {name}
              </th>
              {all.flatMap((one) =>
                (summaryLines(one.summaries)[line]?.values ?? []).map((text, column) => (
                  <td key={`${one.temperature} ${column}`} class="number">
                    {text}
                  </td>
                )),
              )}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}
