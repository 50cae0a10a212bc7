import { fitted, textMeasure } from '../../export/fittedText.js';
import { smallFont } from '../../export/shapes.js';
import type { Cell } from '../../parts/matrix/cell.js';
import type { NumberedCell, NumberedLook } from '../../parts/matrix/numberedShapes.js';
import { isHighContrast, type Theme } from '../../theme.js';
import type { DarkKnowledge, DarkMatrix } from '../../sums/darkKnowledge.js';
import { cellNumber, isLeftOut, strengthOf } from './darkKnowledge.js';

/** The fullest that a cell is coloured: its number must be read on it. */
const fullestFill = 0.7;
/** How much of the foreground is in the cells of a diagonal that is left out. */
const leftOutShade = 0.08;
/** In CSS pixels: between a number and the edge of its cell; the widest that a cell and a name beside it are. */
const padding = 4;
const widest = 64;
const widestRowName = 88;

/** A cell with its number. In high contrast it has a frame, since numbers must not stand on colour there. */
export function darkCell(
  { truth, answer }: Cell,
  { dark, matrix, theme }: { dark: DarkKnowledge; matrix: DarkMatrix; theme: Theme },
): NumberedCell {
  const { kind, values } = matrix;
  const cell = truth * dark.classes + answer;
  const text = cellNumber(dark, matrix, cell);
  if (isLeftOut(dark, cell))
    return { text, ink: theme.muted, color: theme.foreground, opacity: leftOutShade, isFrame: false };
  const isFrame = isHighContrast(theme);
  const color = kind !== 'difference' ? theme.party[kind] : (values[cell] ?? 0) < 0 ? theme.worse : theme.better;
  const opacity = (isFrame ? 1 : fullestFill) * strengthOf(dark, matrix, cell);
  return { text, ink: theme.foreground, color, opacity, isFrame };
}

/** Sizes on the page, and names as they have room there. */
export function lookOnPage(
  names: readonly string[],
  { theme, kind }: { theme: Theme; kind: DarkMatrix['kind'] },
): NumberedLook {
  const line = smallFont(theme);
  const widthOf = textMeasure(line, theme);
  const longest = Math.max(0, ...names.map(widthOf));
  // A student that is near its teacher differs by thousandths of a point.
  const number = widthOf(kind === 'difference' ? '+0.000' : '00.00');
  const width = Math.ceil(Math.min(widest, Math.max(number, longest) + 2 * padding));
  const height = Math.round(1.6 * line);
  const left = Math.ceil(Math.min(longest, widestRowName) + 2 * padding);
  const size = { width: left + width * names.length + 1, height: height * (names.length + 1) + 1 };
  const fitting = (room: number): string[] => names.map((name) => fitted(name, room, widthOf));
  return {
    layout: { left, top: height, cell: { width, height }, ...size },
    rows: fitting(widestRowName),
    columns: fitting(width - 2 * padding),
    ...{ padding, gap: 0, align: 'end', theme },
  };
}

const savedCell = 38;
const savedRowNames = 90;
const savedHeads = 21;

/** As in a file: square cells, a little apart. */
export function savedLook(names: readonly string[], theme: Theme): NumberedLook {
  const side = savedCell * names.length;
  return {
    layout: {
      ...{ left: savedRowNames, top: savedHeads, cell: { width: savedCell, height: savedCell } },
      ...{ width: savedRowNames + side, height: savedHeads + side },
    },
    rows: names.map((name) => shortened(name, 12)),
    columns: names.map((name) => shortened(name, 5)),
    ...{ padding: 6, gap: 1, align: 'middle', numberSize: theme.fontSize - 2, theme },
  };
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 1).toWellFormed()}…`;
}
