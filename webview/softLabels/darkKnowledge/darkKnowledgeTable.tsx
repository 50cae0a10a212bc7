import type { JSX } from 'preact';
import type { DarkKnowledge } from '../../sums/darkKnowledge.js';
import { cellWords, strongestCells } from './darkKnowledge.js';

/** Of the pairs of classes so many are listed at most. */
const mostPairs = 100;

interface DarkKnowledgeTableProps {
  readonly dark: DarkKnowledge | null;
  readonly nameOf: (label: number) => string;
}

/** The dark part of the matrices to read: the pairs of classes that the first model finds most alike. */
export function DarkKnowledgeTable({ dark, nameOf }: DarkKnowledgeTableProps): JSX.Element {
  if (dark === null) return <p class="muted">Computing …</p>;
  const { classes, matrices } = dark;
  const cells = strongestCells(dark, mostPairs);
  return (
    <div class="sl-twin">
      <p class="muted">
        {cells.length} of {classes * (classes - 1)} pairs, those that the {matrices[0]?.kind} finds most alike; all are
        in the CSV.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">true class</th>
            <th scope="col">soft label of</th>
            {matrices.map(({ kind }) => (
              <th key={kind} scope="col" class={`number ${kind}`}>
                {kind}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <tr key={cell}>
              <td>{nameOf(Math.floor(cell / classes))}</td>
              <td>{nameOf(cell % classes)}</td>
              {matrices.map((matrix) => (
                <td key={matrix.kind} class="number">
                  {cellWords(dark, matrix, cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
