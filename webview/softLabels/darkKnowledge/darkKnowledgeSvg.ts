import { element, svgFrame, text } from '../../export/svg.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { Theme } from '../../theme.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import {
  cellAtPlace,
  cellNumber,
  isLeftOut,
  kindTitle,
  measureWords,
  scaleWords,
  strengthOf,
  type DarkKnowledge,
  type DarkMatrix,
} from './darkKnowledge.js';
import { correlationWords } from './keptWords.js';
import { leftOutShade } from './matrixPainting.js';
import { darkPicture } from './darkTones.js';
import { fullestFill, mostNumbered } from './numberPainter.js';
import { atTemperature } from '../temperature.js';

const cellSize = 38;
const rowNames = 90;
const gap = 32;
const canvasSide = 480;

/** The matrices side by side as a standalone picture: cells with numbers, or of many classes the drawing itself. */
export function darkKnowledgeSvg({
  dark,
  order,
  subject,
  names,
  theme,
  name,
}: {
  dark: DarkKnowledge | null;
  order: ClassOrder;
  subject: Role;
  names: readonly string[];
  theme: Theme;
  name: string;
}): string {
  if (dark === null) return svgFrame({ title: 'Dark knowledge: not computed yet', width: 400, height: 1, theme });
  const { classes, matrices, temperature, kept } = dark;
  const drawn = classes > mostNumbered;
  const side = drawn ? canvasSide : rowNames + classes * cellSize;
  const top = theme.fontSize * (drawn ? 2 : 3.5);
  const body = matrices.map((matrix, at) => {
    return element(
      'g',
      { transform: `translate(${at * (side + gap)} 0)` },
      text(kindTitle(matrix.kind, subject), { x: 0, y: theme.fontSize, 'font-weight': 600 }),
      text(scaleWords(dark, matrix.kind), { x: side, y: theme.fontSize, 'text-anchor': 'end', fill: theme.muted }),
      drawn
        ? element('image', {
            href: darkPicture(dark, matrix, { order, names, theme, side }),
            x: 0,
            y: top,
            width: side,
            height: side,
            'image-rendering': 'pixelated',
          })
        : element('g', { transform: `translate(0 ${top})` }, ...cellsOf({ dark, matrix, order, names, theme })),
    );
  });
  const keeps =
    kept === null ? '' : ` · kept by the ${subject} (correlation off the diagonal): ${correlationWords(kept.overall)}`;
  return svgFrame(
    {
      title: `Dark knowledge ${atTemperature(temperature)}`,
      subtitle: `${name}: ${measureWords(dark.measure)} (row)${keeps}`,
      width: matrices.length * (side + gap) - gap,
      height: top + (drawn ? side : classes * cellSize),
      theme,
    },
    ...body,
  );
}

function cellsOf({
  dark,
  matrix,
  order,
  names,
  theme,
}: {
  dark: DarkKnowledge;
  matrix: DarkMatrix;
  order: ClassOrder;
  names: readonly string[];
  theme: Theme;
}): string[] {
  const { classes } = dark;
  const result: string[] = [];
  for (const [at, label] of order.entries()) {
    const middle = at * cellSize + cellSize / 2;
    const short = shortened(names[label] ?? '', 12);
    result.push(
      text(short, { x: rowNames - 6, y: middle + 4, 'text-anchor': 'end', fill: theme.muted }),
      text(shortened(names[label] ?? '', 5), {
        x: rowNames + middle,
        y: -6,
        'text-anchor': 'middle',
        fill: theme.muted,
      }),
    );
  }
  for (let place = 0; place < classes * classes; place++) {
    const cell = cellAtPlace(order, place);
    const value = matrix.values[cell] ?? NaN;
    const x = rowNames + (place % classes) * cellSize;
    const y = Math.floor(place / classes) * cellSize;
    const leftOut = isLeftOut(dark, cell);
    const ofKind = matrix.kind === 'difference' ? (value < 0 ? theme.worse : theme.better) : theme.party[matrix.kind];
    const size = cellSize - 1;
    result.push(
      element('rect', {
        x,
        y,
        width: size,
        height: size,
        fill: leftOut ? theme.foreground : ofKind,
        'fill-opacity': leftOut ? leftOutShade : fullestFill * strengthOf(dark, matrix, cell),
      }),
      text(cellNumber(dark, matrix, cell), {
        x: x + size / 2,
        y: y + size / 2 + 4,
        'text-anchor': 'middle',
        'font-size': theme.fontSize - 2,
      }),
    );
  }
  return result;
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 1).toWellFormed()}…`;
}
