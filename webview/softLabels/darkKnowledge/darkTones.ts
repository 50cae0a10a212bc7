import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import { Palette } from '../../parts/matrix/palette.js';
import type { Theme } from '../../theme.js';
import type { DarkKnowledge, DarkMatrix } from '../../sums/darkKnowledge.js';
import { strengthOf } from './darkKnowledge.js';
import type { Side } from '../../parts/matrix/cell.js';
import { byteOf, steps } from '../../parts/matrix/tone.js';

/** The tones of all cells, as the matrices of Confusion are drawn with, [classes, classes] by place. */
export function darkTones(dark: DarkKnowledge, matrix: DarkMatrix, order: ClassOrder): Uint8Array {
  const { kind, values } = matrix;
  const tones = new Uint8Array(values.length);
  const left = byteOf({ kind: 'dimmed' });
  const least = { above: byteOf({ kind: 'party', level: 0 }), below: byteOf({ kind: 'worse', level: 0 }) };
  let place = 0;
  for (const truth of order) {
    const start = truth * order.length;
    for (const label of order) {
      const cell = start + label;
      if (truth === label && !dark.diagonal) tones[place++] = left;
      else {
        const isBelow = kind === 'difference' && (values[cell] ?? 0) < 0;
        const level = Math.round(strengthOf(dark, matrix, cell) * (steps - 1));
        tones[place++] = (isBelow ? least.below : least.above) + level;
      }
    }
  }
  return tones;
}

/** Which of Confusion's matrices a matrix is drawn as. */
export function sideOf({ kind }: Pick<DarkMatrix, 'kind'>): Side {
  return kind === 'difference' ? 'difference' : kind === 'teacher' ? 'first' : 'second';
}

/** Every soft label is more than nothing: colours begin at none. */
export function darkPalette(theme: Theme, { kind }: Pick<DarkMatrix, 'kind'>): Palette {
  return new Palette(theme, kind === 'difference' ? null : kind, 0);
}
