import { fitted, textMeasure } from '../../export/fittedText.js';
import { label, line, type Shape } from '../../export/shapes.js';
import type { Theme } from '../../theme.js';
import type { ClassOrder } from '../classOrder/classOrder.js';
import type { Side } from './cell.js';
import { nameHeight, type MatrixLayout } from './matrixLayout.js';
import type { Palette } from './palette.js';
import { rasterize } from './raster.js';
import { toneOfByte } from './tone.js';

/** A matrix of many classes, as colours. */
export interface ColouredMatrix {
  /** Of all cells in the order in which they are drawn, each as `byteOf` has it, [classes, classes]. */
  readonly tones: Uint8Array;
  readonly side: Side;
  readonly order: ClassOrder;
  /** Of the classes. */
  readonly names: readonly string[];
  readonly palette: Palette;
  readonly theme: Theme;
}

/** Of the names beside the cells, in CSS pixels: their letters, the room for them, and how far they are from the cells. */
export interface NamesLook {
  readonly size: number;
  readonly room: number;
  readonly gap: number;
  /** How far from the end of the matrix the middle of the last one must be. */
  readonly clearance: number;
}

/** How far the cells are scrolled under the names, in CSS pixels. */
export interface Scroll {
  readonly left: number;
  readonly top: number;
}

/** The part of a matrix that its box shows, with the names of its rows and columns: as pixels. */
export function matrixShapes(matrix: ColouredMatrix, layout: MatrixLayout, scroll: Scroll): Shape[] {
  const { theme } = matrix;
  const { width, height } = layout;
  return [
    { kind: 'rect', x: 0, y: 0, width, height, color: theme.background, opacity: 1, isFrame: false },
    pixelShape(matrix, layout, scroll),
    frame(layout, theme),
    ...gridLines(matrix, layout, scroll),
    ...nameShapes(matrix, { layout, scroll, ...namesOnScreen(layout, theme) }),
  ];
}

export function namesOnScreen({ left }: MatrixLayout, theme: Theme): NamesLook {
  const size = nameHeight(theme);
  return { size, room: left - 6, gap: 4, clearance: size / 2 };
}

/** Most cells of which each is a shape of its own: files of more are large, and slow to open. */
const mostTiles = 20_000;

/** All of a matrix for a file: as shapes that can be enlarged where most cells are empty, else as pixels. */
export function savedMatrixShapes(matrix: ColouredMatrix, layout: MatrixLayout, names: NamesLook): Shape[] {
  const scroll = { left: 0, top: 0 };
  const filled = matrix.tones.reduce((count, tone) => count + Number(tone > 0), 0);
  const areFew = filled <= Math.min(mostTiles, matrix.tones.length / 2);
  return [
    ...(areFew ? tileShapes(matrix, layout) : [pixelShape(matrix, layout, scroll)]),
    frame(layout, matrix.theme),
    ...nameShapes(matrix, { layout, scroll, ...names }),
  ];
}

function pixelShape(
  { tones, side, order, palette }: ColouredMatrix,
  { left, top, cell, width, height }: MatrixLayout,
  scroll: Scroll,
): Shape {
  const pixels = (scale: number): ImageData => {
    const window = {
      size: Math.round(cell.width * order.length * scale),
      left: Math.round(scroll.left * scale),
      top: Math.round(scroll.top * scale),
      width: Math.max(1, Math.round(width * scale) - Math.round(left * scale)),
      height: Math.max(1, Math.round(height * scale) - Math.round(top * scale)),
    };
    const bytes = rasterize(tones, { classes: order.length, window });
    const colors = Uint32Array.from({ length: 256 }, (_, byte) => {
      const [red, green, blue] = palette.rgb(toneOfByte(byte, side));
      return (255 << 24) | (blue << 16) | (green << 8) | red;
    });
    const image = new ImageData(window.width, window.height);
    const target = new Uint32Array(image.data.buffer);
    for (let pixel = 0; pixel < bytes.length; pixel++) target[pixel] = colors[bytes[pixel] ?? 0] ?? 0;
    return image;
  };
  return { kind: 'image', x: left, y: top, width: width - left, height: height - top, pixels };
}

/** One shape a colour; empty cells are the background. */
function tileShapes({ tones, side, order, palette }: ColouredMatrix, { left, top, cell }: MatrixLayout): Shape[] {
  const places = new Map<number, number[]>();
  for (const [place, tone] of tones.entries()) {
    if (tone === 0) continue;
    const ofTone = places.get(tone) ?? [];
    places.set(tone, ofTone);
    ofTone.push(left + (place % order.length) * cell.width, top + Math.floor(place / order.length) * cell.height);
  }
  return [...places].map(([tone, each]) => ({
    kind: 'tiles',
    places: each,
    ...cell,
    color: palette.css(toneOfByte(tone, side)),
  }));
}

function frame({ left, top, width, height }: MatrixLayout, { border: color }: Theme): Shape {
  const size = { width: width - left + 1, height: height - top + 1 };
  return { kind: 'rect', x: left - 1, y: top - 1, ...size, color, opacity: 1, isFrame: true };
}

/** Between the cells, where these are large enough. */
function gridLines(
  { order, theme: { border: color } }: ColouredMatrix,
  { left, top, cell, width, height }: MatrixLayout,
  scroll: Scroll,
): Shape[] {
  if (cell.width < 9) return [];
  return order.slice(1).flatMap((_, before) => {
    const x = Math.round(left + (before + 1) * cell.width - scroll.left) - 0.5;
    const y = Math.round(top + (before + 1) * cell.height - scroll.top) - 0.5;
    return [
      ...(x > left && x < width ? [line({ x1: x, x2: x, y1: top, y2: height, color, opacity: 0.5 })] : []),
      ...(y > top && y < height ? [line({ x1: left, x2: width, y1: y, y2: y, color, opacity: 0.5 })] : []),
    ];
  });
}

/** As many names as have room, along both sides; those of the columns stand upright. */
function nameShapes(
  { order, names, theme }: ColouredMatrix,
  { layout, scroll, size, room, gap, clearance }: { layout: MatrixLayout; scroll: Scroll } & NamesLook,
): Shape[] {
  const { left, top, cell, width, height } = layout;
  const widthOf = textMeasure(size, theme);
  const step = Math.max(1, Math.ceil((size + 2) / cell.width));
  const look = { color: theme.muted, anchor: 'end', size } as const;
  return order.flatMap((index, place) => {
    if (place % step !== 0) return [];
    const name = fitted(names[index] ?? '', room, widthOf);
    const x = left + (place + 0.5) * cell.width - scroll.left;
    const y = top + (place + 0.5) * cell.height - scroll.top;
    return [
      ...(y > top && y < height - clearance ? [label(name, { x: left - gap, y, ...look })] : []),
      ...(x > left && x < width - clearance ? [label(name, { x, y: top - gap, isUpright: true, ...look })] : []),
    ];
  });
}
