import type { Theme } from '../theme.js';
import { strengthOf, type DarkKnowledge, type DarkMatrix } from './darkKnowledge.js';
import { step, type CellPlace, type MatrixPicture, type MatrixPictureOptions } from './matrixPicture.js';

/** Red, green, blue, 0 to 255. */
type Rgb = readonly [number, number, number];

/** A matrix of many classes: a pixel a cell, enlarged. The cell pointed at is framed and read out elsewhere. */
export class MatrixCanvas implements MatrixPicture {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #cursor = document.createElement('span');
  #at: CellPlace = { truth: 0, label: 0 };

  constructor(private readonly options: MatrixPictureOptions) {
    const { classes } = options;
    this.element.className = 'sl-matrix-canvas';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-roledescription', 'matrix');
    this.#canvas.width = classes;
    this.#canvas.height = classes;
    this.#cursor.className = 'sl-matrix-cursor';
    this.element.append(this.#canvas, this.#cursor);
    this.element.addEventListener('focus', () => this.#point(this.#at));
    this.element.addEventListener('keydown', (event) => {
      const to = step(event.key, this.#at, classes);
      if (to === null) return;
      event.preventDefault();
      this.#point(to);
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      const { left, top, width, height } = this.#canvas.getBoundingClientRect();
      const at = (offset: number, side: number): number =>
        Math.min(classes - 1, Math.max(0, Math.floor((offset / side) * classes)));
      this.#point({ truth: at(event.clientY - top, height), label: at(event.clientX - left, width) });
    });
  }

  draw(dark: DarkKnowledge, matrix: DarkMatrix, theme: Theme): void {
    const { kind, values } = matrix;
    const { classes } = dark;
    this.element.setAttribute(
      'aria-label',
      `${kind === 'difference' ? 'difference' : `mean soft labels of the ${kind}`}, ${classes} classes: arrow keys move, values are read below`,
    );
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const background = rgbOf(theme.background);
    const above = rgbOf(kind === 'difference' ? theme.better : theme.party[kind]);
    const below = kind === 'difference' ? rgbOf(theme.worse) : above;
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
  }

  /** The drawing as a PNG in a data URL, a pixel a cell. */
  get dataUrl(): string {
    return this.#canvas.toDataURL('image/png');
  }

  #point(place: CellPlace): void {
    this.#at = place;
    const share = 100 / this.options.classes;
    this.#cursor.style.left = `${place.label * share}%`;
    this.#cursor.style.top = `${place.truth * share}%`;
    this.#cursor.style.width = `${share}%`;
    this.#cursor.style.height = `${share}%`;
    this.options.onPoint(place);
  }
}

const channels = [0, 1, 2] as const;

/** A CSS colour as numbers: the browser knows all ways to write one. */
export function rgbOf(color: string): Rgb {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return [128, 128, 128];
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
