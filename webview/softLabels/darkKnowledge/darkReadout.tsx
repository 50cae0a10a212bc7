import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { DarkKnowledge } from '../../sums/darkKnowledge.js';
import { cellWords } from './darkKnowledge.js';
import type { Cell } from '../../parts/matrix/cell.js';

/** Id of the line, for those it describes. */
export const darkReadoutId = 'sl-dark-readout';

interface DarkReadoutProps {
  readonly dark: DarkKnowledge | null;
  readonly pointer: CellPointer;
  readonly nameOf: (label: number) => string;
}

/** The cell that is pointed at, in words. */
export function DarkReadout({ dark, pointer, nameOf }: DarkReadoutProps): JSX.Element {
  const [cell, setCell] = useState<Cell | null>(pointer.pointed);
  useEffect(() => pointer.subscribe(() => setCell(pointer.pointed)), [pointer]);
  if (cell === null || dark === null) {
    return (
      <p id={darkReadoutId} class="sl-read-out muted">
        Point at a cell, or walk the cells with the arrow keys, to read it; click, or press Enter, to see its examples.
      </p>
    );
  }
  const place = cell.truth * dark.classes + cell.answer;
  const says = dark.matrices.map((matrix) => `${matrix.kind} ${cellWords(dark, matrix, place)}`).join(', ');
  return (
    <p id={darkReadoutId} class="sl-read-out" aria-live="polite">
      true class {nameOf(cell.truth)}, soft label of {nameOf(cell.answer)}: {says}
    </p>
  );
}
