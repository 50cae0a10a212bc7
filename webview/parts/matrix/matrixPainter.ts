import type { Theme } from '../../theme.js';
import type { ClassOrder } from '../classOrder/classOrder.js';
import { labelStep, type MatrixLayout } from './matrixLayout.js';
import type { Palette } from './palette.js';
import { rasterize } from './raster.js';
import { drawText } from '../../shownText.js';
import type { Side } from './cell.js';
import { toneOfByte } from './tone.js';

export interface Painting {
  readonly tones: Uint8Array;
  readonly side: Side;
  readonly order: ClassOrder;
  readonly names: readonly string[];
  readonly layout: MatrixLayout;
  readonly palette: Palette;
  readonly theme: Theme;
  /** How far the matrix is scrolled under its names, in CSS pixels. */
  readonly left: number;
  readonly top: number;
  /** Pixels of the screen for one CSS pixel. */
  readonly scale: number;
}

/** Paints the part of a large matrix that its box shows, with the names of its rows and columns. */
export function paintMatrix(canvas: HTMLCanvasElement, painting: Painting): void {
  const { layout, scale, theme } = painting;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const pixels = Math.round(layout.box * scale);
  if (canvas.width !== pixels || canvas.height !== pixels) {
    canvas.width = pixels;
    canvas.height = pixels;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, pixels, pixels);
  paintCells(context, painting, pixels);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  paintLines(context, painting);
  paintNames(context, painting);
}

function paintCells(context: CanvasRenderingContext2D, painting: Painting, pixels: number): void {
  const { tones, side, order, layout, palette, left, top, scale } = painting;
  const gutter = Math.round(layout.gutter * scale);
  const side_ = pixels - gutter;
  if (side_ < 1) return;
  const window = {
    size: Math.round(layout.size * scale),
    left: Math.round(left * scale),
    top: Math.round(top * scale),
    width: side_,
    height: side_,
  };
  const bytes = rasterize(tones, { classes: order.length, window });
  const colors = Uint32Array.from({ length: 256 }, (_, byte) => {
    const [red, green, blue] = palette.rgb(toneOfByte(byte, side));
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
  const image = context.createImageData(side_, side_);
  const target = new Uint32Array(image.data.buffer);
  for (let pixel = 0; pixel < bytes.length; pixel++) target[pixel] = colors[bytes[pixel] ?? 0] ?? 0;
  context.putImageData(image, gutter, gutter);
}

/** A frame, and lines between the cells where these are large enough. */
function paintLines(context: CanvasRenderingContext2D, { order, layout, theme, left, top }: Painting): void {
  const { gutter, size, box } = layout;
  const cell = size / order.length;
  context.strokeStyle = theme.border;
  context.lineWidth = 1;
  context.strokeRect(gutter - 0.5, gutter - 0.5, box - gutter, box - gutter);
  if (cell < 9) return;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (let index = 1; index < order.length; index++) {
    const x = Math.round(gutter + index * cell - left) - 0.5;
    const y = Math.round(gutter + index * cell - top) - 0.5;
    if (x > gutter && x < box) {
      context.moveTo(x, gutter);
      context.lineTo(x, box);
    }
    if (y > gutter && y < box) {
      context.moveTo(gutter, y);
      context.lineTo(box, y);
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** As many names as have room, along both sides; those of the columns stand upright. */
function paintNames(context: CanvasRenderingContext2D, painting: Painting): void {
  const { order, names, layout, theme, left, top } = painting;
  const { gutter, size, box } = layout;
  const cell = size / order.length;
  const line = nameHeight(theme);
  const step = labelStep({ size, classes: order.length, line: line + 2 });
  context.font = `${line}px ${theme.fontFamily}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let place = 0; place < order.length; place += step) {
    const name = shortened(context, names[order[place] ?? 0] ?? '', gutter - 6);
    const along = (place + 0.5) * cell;
    const y = gutter + along - top;
    if (y > gutter && y < box - line / 2) drawText(context, name, { x: gutter - 4, y });
    const x = gutter + along - left;
    if (x > gutter && x < box - line / 2) {
      context.save();
      context.translate(x, gutter - 4);
      context.rotate(Math.PI / 2);
      drawText(context, name, { x: 0, y: 0 });
      context.restore();
    }
  }
}

/** Size of the names beside a large matrix, in CSS pixels. */
export function nameHeight({ fontSize }: Theme): number {
  return Math.max(9, fontSize - 2);
}

/** Width of the longest name as it is painted, in CSS pixels. */
export function longestName(names: readonly string[], theme: Theme): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = `${nameHeight(theme)}px ${theme.fontFamily}`;
  // The longest text is nearly always among those of the most characters.
  const most = Math.max(0, ...names.map(({ length }) => length));
  const candidates = names.filter(({ length }) => length >= 0.7 * most).slice(0, 200);
  return Math.max(0, ...candidates.map((name) => context.measureText(name).width));
}

function shortened(context: CanvasRenderingContext2D, name: string, width: number): string {
  if (context.measureText(name).width <= width) return name;
  let length = name.length - 1;
  while (length > 1 && context.measureText(`${name.slice(0, length)}…`).width > width) length--;
  return `${name.slice(0, length)}…`;
}
