import type { JSX } from 'preact';
import { useSignal } from '../../useSignal.js';
import { count } from '../../../src/core/words.js';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { Cell } from '../../parts/matrix/cell.js';
import type { Compared } from '../compared.js';
import type { Judged } from '../../sums/judged.js';
import { cellWords, oneDecimal, signedWords, changeWords } from '../words.js';

/** Id of the line, for those it describes. */
export const readoutId = 'confusion-readout';

/** Says in words what the cell under the cursor holds, of all that are shown. */
export function Readout({
  pointer,
  compared,
}: {
  readonly pointer: CellPointer;
  readonly compared: Compared;
}): JSX.Element {
  const cell = useSignal(pointer.pointed);
  return (
    <p id={readoutId} class="readout" role="status" aria-live="polite">
      {cell === null ? (
        <span class="muted">Point at a cell to read it; click, or press Enter, to see its examples.</span>
      ) : (
        readoutWords(cell, compared)
      )}
    </p>
  );
}

/** `4 predicted as 9: teacher 5 of 982 (0.5 %), student 9 of 982 (0.9 %), difference +4 (+0.4 points), more errors`. */
export function readoutWords(cell: Cell, { shown, subjects, names }: Compared): string {
  const parts = [`${subjects.first.name} ${amount(shown.first, cell)}`];
  if (shown.second !== null && subjects.second !== null) {
    parts.push(`${subjects.second.name} ${amount(shown.second, cell)}`);
    const change = valueOf(shown.second, cell) - valueOf(shown.first, cell);
    const share = change / (shown.first.support[cell.truth] ?? NaN);
    parts.push(`difference ${signedWords(change, 'count')} (${signedWords(share, 'share')})`);
    const said = changeWords(cell, change);
    if (said !== '') parts.push(said);
  }
  return `${cellWords(cell, names)}: ${parts.join(', ')}`;
}

function valueOf({ counts, classes }: Judged, { truth, answer }: Cell): number {
  return counts[truth * classes + answer] ?? NaN;
}

function amount(judged: Judged, cell: Cell): string {
  const examples = judged.support[cell.truth] ?? 0;
  const value = valueOf(judged, cell);
  return `${count(value)} of ${count(examples)} (${oneDecimal(examples === 0 ? null : value / examples)})`;
}
