import type { JSX } from 'preact';
import { useSignal } from '../../useSignal.js';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { DarkKnowledge } from '../../sums/darkKnowledge.js';
import { cellWords } from './darkKnowledge.js';

/** Id of the line, for those it describes. */
export const darkReadoutId = 'sl-dark-readout';

interface DarkReadoutProps {
  readonly dark: DarkKnowledge | null;
  readonly pointer: CellPointer;
  readonly nameOf: (label: number) => string;
}

/** The cell that is pointed at, in words. */
export function DarkReadout({ dark, pointer, nameOf }: DarkReadoutProps): JSX.Element {
  const cell = useSignal(pointer.pointed);
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
