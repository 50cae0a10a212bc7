import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import { Palette } from '../../parts/matrix/palette.js';
import type { Theme } from '../../theme.js';
import { cellAtPlace, isLeftOut, strengthOf, type DarkKnowledge, type DarkMatrix } from './darkKnowledge.js';
import type { Side } from '../../parts/matrix/cell.js';
import { byteOf } from '../../parts/matrix/tone.js';

/** The tones of all cells, as the matrices of Confusion are drawn with, [classes, classes] by place. */
export function darkTones(dark: DarkKnowledge, matrix: DarkMatrix, order: ClassOrder): Uint8Array {
  const { kind, values } = matrix;
  const tones = new Uint8Array(values.length);
  for (let place = 0; place < tones.length; place++) {
    const cell = cellAtPlace(order, place);
    if (isLeftOut(dark, cell)) {
      tones[place] = byteOf({ kind: 'dimmed' });
      continue;
    }
    const isBelow = kind === 'difference' && (values[cell] ?? 0) < 0;
    tones[place] = byteOf({ kind: isBelow ? 'worse' : 'party', level: strengthOf(dark, matrix, cell) });
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
