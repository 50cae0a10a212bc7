import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { moveCursor, type Position } from '../../parts/matrix/cellCursor.js';
import type { MatrixProps } from './matrixProps.js';
import { toneOf } from './ramp.js';
import { cellWords, compactWords, signedWords, valueWords, changeWords } from '../words.js';
import type { Cell } from '../../parts/matrix/cell.js';
import type { Tone } from '../../parts/matrix/tone.js';

/** What a matrix with numbers needs at least, in CSS pixels: the names of its rows, and room for `1,234` in each cell. */
export function numberedWidth(classes: number): number {
  return 60 + 36 * classes;
}

/** A matrix of few classes as a table with its numbers. One stop of the Tab key; arrows move from cell to cell. */
export function MatrixTable(props: MatrixProps): JSX.Element {
  const { side, label, values, names, order, ramp, measure, role, pointer, onOpen } = props;
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<Position>({ row: 0, column: 0 });
  const classes = order.length;
  const cellAt = ({ row, column }: Position): Cell => ({ truth: order[row] ?? 0, answer: order[column] ?? 0 });
  const valueOf = ({ truth, answer }: Cell): number => values[truth * classes + answer] ?? NaN;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(cellAt(at));
      return;
    }
    const filled = (position: Position): boolean => Math.abs(valueOf(cellAt(position))) > 0;
    const to = moveCursor(event, { at, classes, filled });
    if (to === null) return;
    event.preventDefault();
    setAt(to);
    table.current?.querySelector<HTMLElement>(`[data-at="${to.row} ${to.column}"]`)?.focus();
  };

  return (
    <div class="matrix-scroll">
      <table
        ref={table}
        class={`matrix-table ${role ?? 'difference'}`}
        role="grid"
        style={{ minWidth: `${numberedWidth(classes)}px` }}
        aria-label={`${label}. Rows are true classes, columns predicted classes.`}
        onKeyDown={onKeyDown}
        onMouseLeave={() => pointer.point(null)}
      >
        <thead>
          <tr>
            <th class="corner" title="Rows: true class. Columns: predicted class.">
              <span class="muted">true ↓ predicted →</span>
            </th>
            {order.map((answer) => (
              <th key={answer} scope="col" title={names[answer]}>
                <span class="matrix-name">{names[answer]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.map((truth, row) => (
            <tr key={truth}>
              <th scope="row" title={names[truth]}>
                <span class="matrix-name">{names[truth]}</span>
              </th>
              {order.map((answer, column) => {
                const cell = { truth, answer };
                const value = valueOf(cell);
                const tone = toneOf(ramp, { side, cell, value });
                const said = side === 'difference' ? signedWords(value, measure) : valueWords(value, measure);
                return (
                  <td
                    key={answer}
                    role="gridcell"
                    class={classOf(tone)}
                    style={{ '--level': 'level' in tone ? String(tone.level) : '0' }}
                    data-at={`${row} ${column}`}
                    tabIndex={at.row === row && at.column === column ? 0 : -1}
                    aria-label={[cellWords(cell, names), said, side === 'difference' ? changeWords(cell, value) : '']
                      .filter((part) => part !== '')
                      .join(', ')}
                    onClick={() => {
                      setAt({ row, column });
                      onOpen(cell);
                    }}
                    onFocus={() => pointer.point({ side, ...cell })}
                    onMouseEnter={() => pointer.point({ side, ...cell })}
                  >
                    {compactWords(value, { measure, signed: side === 'difference' })}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf(tone: Tone): string {
  return tone.kind === 'party' || tone.kind === 'better' || tone.kind === 'worse'
    ? `cell toned ${tone.kind}`
    : `cell ${tone.kind}`;
}
