import type { JSX } from 'preact';
import { atTemperature } from '../temperature.js';
import type { CalibratedColumn } from './calibratedColumn.js';
import { binCell, binRange, figureLines } from './calibrationWords.js';

/** The reliability diagrams to read: of each confidence the share that is right, and what sums it up. */
export function CalibrationTable({ columns }: { readonly columns: readonly CalibratedColumn[] }): JSX.Element {
  const [first] = columns;
  if (first === undefined) return <p class="muted">Computing …</p>;
  return (
    <div class="sl-twin">
      <table>
        <thead>
          <tr>
            <th scope="col">confidence {atTemperature(first.temperature)}</th>
            {columns.map(({ role }) => (
              <th key={role} scope="col" class={`number ${role}`}>
                {role}: right of
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first.atTemperature.bins.map((range, bin) => (
            <tr key={bin}>
              <th scope="row">{binRange(range)}</th>
              {columns.map(({ role, atTemperature: { bins } }) => (
                <td key={role} class="number">
                  {binCell(bins[bin] ?? range)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {figureLines(first.temperature).map(({ name, title, of }) => (
            <tr key={name}>
              <th scope="row" title={title}>
                {name}
              </th>
              {columns.map((column) => (
                <td key={column.role} class="number">
                  {of(column)}
                </td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}
