import type { Theme } from '../../theme.js';
import { cellAtPlace, cellNumber, isLeftOut, strengthOf, type DarkMatrix } from './darkKnowledge.js';
import { leftOutShade, resize, type CellArea, type MatrixPainting } from './matrixPainting.js';
import { drawText } from '../../shownText.js';

/** Up to so many classes every cell carries its number. */
export const mostNumbered = 20;
/** The fullest that a cell is coloured: its number must be read on it. */
export const fullestFill = 0.7;
/** In CSS pixels: between a number and the edge of its cell; the widest that a cell and a name beside it are. */
const padding = 4;
const widest = 64;
const widestRowName = 88;

interface Fitted {
  readonly theme: Theme;
  readonly font: string;
  /** Names of the classes as they stand beside and above. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Room for the names beside, and the size of a cell, in CSS pixels. */
  readonly left: number;
  readonly cell: number;
  readonly height: number;
}

/** Every cell with its number, the names of the classes beside and above. */
export class NumberPainter {
  #fitted: Fitted | null = null;

  /** @param names of the classes */
  constructor(private readonly names: readonly string[]) {}

  /** Paints all of it, in a size of its choice. @returns where the cells are */
  paint(canvas: HTMLCanvasElement, { dark, matrix, order, theme }: MatrixPainting): CellArea {
    const context = canvas.getContext('2d');
    if (context === null) return { left: 0, top: 0, right: 0, bottom: 0 };
    const { rows, columns, left, cell, height, font } = this.#fit(context, { theme, kind: matrix.kind });
    const size = { width: left + cell * dark.classes + 1, height: height * (dark.classes + 1) + 1 };
    const scale = window.devicePixelRatio;
    if (resize(canvas, Math.round(size.width * scale), Math.round(size.height * scale))) {
      canvas.style.width = `${size.width}px`;
      canvas.style.height = `${size.height}px`;
      context.font = font;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    paintFills(context, { dark, matrix, order, theme, left, top: height, cell, height });
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.fillStyle = theme.muted;
    order.forEach((label, at) => {
      drawText(context, rows[label] ?? '', { x: left - padding, y: (at + 1.5) * height });
      drawText(context, columns[label] ?? '', { x: left + (at + 1) * cell - padding, y: height / 2 });
    });
    for (let place = 0; place < matrix.values.length; place++) {
      const shown = cellAtPlace(order, place);
      const x = left + ((place % dark.classes) + 1) * cell - padding;
      context.fillStyle = isLeftOut(dark, shown) ? theme.muted : theme.foreground;
      drawText(context, cellNumber(dark, matrix, shown), { x, y: (Math.floor(place / dark.classes) + 1.5) * height });
    }
    return { left: left / size.width, top: height / size.height, right: 1 / size.width, bottom: 1 / size.height };
  }

  /** Sizes, and names as they have room: measured once a theme. Leaves the font set. */
  #fit(
    context: CanvasRenderingContext2D,
    { theme, kind }: { readonly theme: Theme; readonly kind: DarkMatrix['kind'] },
  ): Fitted {
    if (this.#fitted?.theme === theme) return this.#fitted;
    const line = Math.max(9, Math.round(0.85 * theme.fontSize));
    const font = `${line}px ${theme.fontFamily}`;
    context.font = font;
    const widthOf = (text: string): number => context.measureText(text).width;
    const longest = Math.max(0, ...this.names.map(widthOf));
    // A student that is near its teacher differs by thousandths of a point.
    const number = widthOf(kind === 'difference' ? '+0.000' : '00.00');
    const cell = Math.ceil(Math.min(widest, Math.max(number, longest) + 2 * padding));
    const fitting = (room: number): string[] => this.names.map((name) => shortened(name, room, widthOf));
    this.#fitted = {
      theme,
      font,
      rows: fitting(widestRowName),
      columns: fitting(cell - 2 * padding),
      left: Math.ceil(Math.min(longest, widestRowName) + 2 * padding),
      cell,
      height: Math.round(1.6 * line),
    };
    return this.#fitted;
  }
}

interface Fills extends MatrixPainting {
  /** Where the cells begin, and how large one is, in CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly cell: number;
  readonly height: number;
}

/** What colours the cells. In high contrast a frame, since numbers must not stand on colour there. */
function paintFills(context: CanvasRenderingContext2D, fills: Fills): void {
  const { dark, matrix, order, theme, left, top, cell, height } = fills;
  const framed = theme.kind === 'highContrast' || theme.kind === 'highContrastLight';
  const { kind, values } = matrix;
  context.lineWidth = 1;
  for (let place = 0; place < values.length; place++) {
    const shown = cellAtPlace(order, place);
    const x = left + (place % dark.classes) * cell;
    const y = top + Math.floor(place / dark.classes) * height;
    if (isLeftOut(dark, shown)) {
      context.globalAlpha = leftOutShade;
      context.fillStyle = theme.foreground;
      context.fillRect(x, y, cell, height);
      continue;
    }
    const color = kind !== 'difference' ? theme.party[kind] : (values[shown] ?? 0) < 0 ? theme.worse : theme.better;
    context.globalAlpha = (framed ? 1 : fullestFill) * strengthOf(dark, matrix, shown);
    if (framed) {
      context.strokeStyle = color;
      context.strokeRect(x + 1.5, y + 1.5, cell - 2, height - 2);
    } else {
      context.fillStyle = color;
      context.fillRect(x, y, cell, height);
    }
  }
  context.globalAlpha = 1;
}

function shortened(name: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(name) <= room) return name;
  let end = name.length - 1;
  while (end > 1 && widthOf(`${name.slice(0, end)}…`) > room) end--;
  return `${name.slice(0, end).toWellFormed()}…`;
}
