import { label, line, type Shape } from '../../export/shapes.js';
import type { Theme } from '../../theme.js';
import type { ClassOrder } from '../classOrder/classOrder.js';
import type { Cell } from './cell.js';
import type { MatrixLayout } from './matrixLayout.js';

/** Up to this many classes cells carry numbers. */
export const mostNumberedClasses = 20;

/** A cell with its number. */
export interface NumberedCell {
  readonly text: string;
  /** Of the number. */
  readonly ink: string;
  /** What the cell is filled with, or framed. */
  readonly color: string;
  /** 0 to 1. */
  readonly opacity: number;
  readonly isFrame: boolean;
}

export interface NumberedLook {
  readonly layout: MatrixLayout;
  /** Names of the classes as they have room, beside the rows and above the columns. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Between a text and what it stands at, and between two cells. */
  readonly padding: number;
  readonly gap: number;
  /** Where in a cell its number stands, and over it the name of its column. */
  readonly align: 'middle' | 'end';
  /** Whether the names of the columns stand upright, because a cell is too narrow for them. */
  readonly isUpright?: boolean;
  /** Colour of lines between the cells. */
  readonly border?: string;
  /** Of the letters, of the numbers; that of the drawing where it is left out. */
  readonly numberSize?: number;
  readonly theme: Theme;
}

/** A matrix of few classes: every cell with its number, the names of the classes beside and above. */
export function numberedShapes(order: ClassOrder, cellOf: (cell: Cell) => NumberedCell, look: NumberedLook): Shape[] {
  const { layout, rows, columns, padding, gap, align, isUpright = false, border, numberSize, theme } = look;
  const { left, top, cell } = layout;
  const along = (column: number): number =>
    left + (align === 'end' ? (column + 1) * cell.width - padding : column * cell.width + (cell.width - gap) / 2);
  const size = numberSize === undefined ? {} : { size: numberSize };
  const fills: Shape[] = [];
  const numbers: Shape[] = [];
  for (const [row, truth] of order.entries()) {
    const middle = top + row * cell.height + (cell.height - gap) / 2;
    numbers.push(label(rows[truth] ?? '', { x: left - padding, y: middle, color: theme.muted, anchor: 'end' }));
    for (const [column, answer] of order.entries()) {
      const { text, ink, color, opacity, isFrame } = cellOf({ truth, answer });
      const [x, y] = [left + column * cell.width, top + row * cell.height];
      // A frame stands clear of those beside it.
      const place = isFrame
        ? { x: x + 1, y: y + 1, width: cell.width - 1, height: cell.height - 1 }
        : { x, y, width: cell.width - gap, height: cell.height - gap };
      fills.push({ kind: 'rect', ...place, color, opacity, isFrame });
      numbers.push(label(text, { x: along(column), y: middle, color: ink, anchor: align, ...size }));
    }
  }
  const heads = order.map((answer, column) => {
    const [name, color] = [columns[answer] ?? '', theme.muted];
    return isUpright
      ? label(name, { x: left + (column + 0.5) * cell.width, y: top - padding, color, anchor: 'end', isUpright })
      : label(name, { x: along(column), y: top / 2, color, anchor: align });
  });
  return [
    ...fills,
    ...(border === undefined ? [] : gridLines(look, { classes: order.length, border })),
    ...heads,
    ...numbers,
  ];
}

function gridLines({ layout }: NumberedLook, { classes, border: color }: { classes: number; border: string }): Shape[] {
  const { left, top, cell } = layout;
  const [right, bottom] = [left + classes * cell.width, top + classes * cell.height];
  return Array.from(
    { length: classes + 1 },
    (_, at) => [left + at * cell.width, top + at * cell.height] as const,
  ).flatMap(([x, y]) => [
    line({ x1: x, x2: x, y1: top, y2: bottom, color, width: 0.5 }),
    line({ x1: left, x2: right, y1: y, y2: y, color, width: 0.5 }),
  ]);
}
