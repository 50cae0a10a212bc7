import type { JSX } from 'preact';
import { none, percent } from '../../src/core/words.js';
import { resultOf, type SweepMap } from './sweepMap.js';
import { CellVerdict, verdictTitle } from './cellVerdict.js';
import { differenceText, errorsText, lackingWords } from './words.js';

/** The map to read: a line for each T and α. */
export function SweepTable({ map }: { readonly map: SweepMap }): JSX.Element {
  return (
    <div class="sweep-scroll">
      <table>
        <thead>
          <tr>
            {['T', 'α', 'seeds', 'mean errors', 'mean accuracy', 'against baseline'].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col" title={verdictTitle}>
              verdict
            </th>
            <th scope="col">without a result</th>
          </tr>
        </thead>
        <tbody>
          {map.cells
            .flat()
            .filter((cell) => cell !== null)
            .map((cell) => {
              const result = resultOf(cell);
              return (
                <tr key={`${cell.temperature} ${cell.alpha}`}>
                  <td class="number">{cell.temperature}</td>
                  <td class="number">{cell.alpha}</td>
                  <td class="number">
                    {result?.seeds ?? 0} of {cell.runs.length}
                  </td>
                  <td class="number">{result === null ? none : errorsText(result.errors, result)}</td>
                  <td class="number">{result === null ? none : percent(result.accuracy)}</td>
                  <td class="number">{differenceText(result?.difference ?? null)}</td>
                  <td>{result === null ? none : <CellVerdict result={result} />}</td>
                  <td>{lackingWords(cell)}</td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
}
