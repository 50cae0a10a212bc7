import { rgbOf, type Rgb } from '../rgb.js';
import { strengthOf } from './darkKnowledge.js';
import { resize, type CellArea, type MatrixPainter, type MatrixPainting } from './matrixPainter.js';

const channels = [0, 1, 2] as const;
const black: Rgb = [0, 0, 0];

/** A pixel a cell, to be enlarged. */
export class PixelPainter implements MatrixPainter {
  readonly className = 'sl-matrix-pixels';

  paint(canvas: HTMLCanvasElement, { dark, matrix, theme }: MatrixPainting): CellArea {
    const { kind, values } = matrix;
    const { classes } = dark;
    const area = { left: 0, top: 0, right: 0, bottom: 0 };
    resize(canvas, classes, classes);
    const context = canvas.getContext('2d');
    if (context === null) return area;
    const ends = kind === 'difference' ? [theme.better, theme.worse] : [theme.party[kind], theme.party[kind]];
    const [background = black, above = black, below = black] = rgbOf([theme.background, ...ends]);
    const picture = context.createImageData(classes, classes);
    for (let cell = 0; cell < values.length; cell++) {
      const strength = strengthOf(dark, matrix, cell);
      const color = (values[cell] ?? 0) < 0 ? below : above;
      for (const channel of channels) {
        const from = background[channel];
        picture.data[4 * cell + channel] = from + strength * (color[channel] - from);
      }
      picture.data[4 * cell + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
    return area;
  }
}
