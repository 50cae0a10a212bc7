import { rgbOf, type Rgb } from '../rgb.js';
import { cellAtPlace, isLeftOut, strengthOf } from './darkKnowledge.js';
import { leftOutShade, resize, type CellArea, type MatrixPainter, type MatrixPainting } from './matrixPainter.js';

const channels = [0, 1, 2] as const;
const black: Rgb = [0, 0, 0];

/** A pixel a cell, to be enlarged. */
export class PixelPainter implements MatrixPainter {
  readonly className = 'sl-matrix-pixels';

  paint(canvas: HTMLCanvasElement, { dark, matrix, order, theme }: MatrixPainting): CellArea {
    const { kind, values } = matrix;
    const { classes } = dark;
    const area = { left: 0, top: 0, right: 0, bottom: 0 };
    resize(canvas, classes, classes);
    const context = canvas.getContext('2d');
    if (context === null) return area;
    const ends = kind === 'difference' ? [theme.better, theme.worse] : [theme.party[kind], theme.party[kind]];
    const [background = black, foreground = black, above = black, below = black] = rgbOf([
      theme.background,
      theme.foreground,
      ...ends,
    ]);
    const picture = context.createImageData(classes, classes);
    for (let place = 0; place < values.length; place++) {
      const cell = cellAtPlace(order, place);
      const leftOut = isLeftOut(dark, cell);
      const strength = leftOut ? leftOutShade : strengthOf(dark, matrix, cell);
      const color = leftOut ? foreground : (values[cell] ?? 0) < 0 ? below : above;
      for (const channel of channels) {
        const from = background[channel];
        picture.data[4 * place + channel] = from + strength * (color[channel] - from);
      }
      picture.data[4 * place + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
    return area;
  }
}
