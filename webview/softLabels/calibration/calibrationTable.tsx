import type { JSX } from 'preact';
import { binCell, binRange, calibrationLines } from './calibrationWords.js';
import { calibratedColumns, type Overall } from '../overall.js';

/** The reliability diagrams to read: of each confidence the share that is right, and what sums it up. */
export function CalibrationTable({ overall }: { readonly overall: Overall | null }): JSX.Element {
  if (overall === null) return <p class="muted">Computing …</p>;
  const columns = calibratedColumns(overall);
  const [first] = columns;
  return (
    <div class="sl-twin">
      <table>
        <thead>
          <tr>
            <th scope="col">confidence</th>
            {columns.map(({ role }) => (
              <th key={role} scope="col" class={`number ${role}`}>
                {role}: right of
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first?.calibration.bins.map((range, bin) => (
            <tr key={bin}>
              <th scope="row">{binRange(range)}</th>
              {columns.map(({ role, calibration }) => (
                <td key={role} class="number">
                  {binCell(calibration.bins[bin] ?? range)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {calibrationLines.map(({ name, title, of }) => (
            <tr key={name}>
              <th scope="row" title={title}>
                {name}
              </th>
              {columns.map(({ role, calibration }) => (
                <td key={role} class="number">
                  {of(calibration)}
                </td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}
