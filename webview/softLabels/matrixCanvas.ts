import type { Theme } from '../theme.js';
import type { DarkKnowledge, DarkMatrix } from './darkKnowledge.js';
import type { CellArea, MatrixPainter } from './matrixPainter.js';
import { step, type CellPlace, type MatrixPicture, type MatrixPictureOptions } from './matrixPicture.js';

/**
 * A matrix as a drawing, with a cursor for mouse and keyboard: what is pointed at is framed, and read out elsewhere. A
 * drawing, since the style, the place and the paint of hundreds of table cells take longer than a frame has.
 */
export class MatrixCanvas implements MatrixPicture {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #cursor = document.createElement('span');
  #at: CellPlace = { truth: 0, label: 0 };
  #area: CellArea = { left: 0, top: 0, right: 0, bottom: 0 };

  constructor(
    private readonly options: MatrixPictureOptions,
    private readonly painter: MatrixPainter,
  ) {
    const { classes } = options;
    this.element.className = `sl-matrix-canvas ${painter.className}`;
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-roledescription', 'matrix');
    this.#cursor.className = 'sl-matrix-cursor';
    this.#cursor.hidden = true;
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
      const truth = cellAt((event.clientY - top) / height, this.#area.top, 1 - this.#area.bottom);
      const label = cellAt((event.clientX - left) / width, this.#area.left, 1 - this.#area.right);
      if (truth !== null && label !== null) this.#point({ truth, label });
    });

    function cellAt(share: number, from: number, to: number): number | null {
      const place = Math.floor((classes * (share - from)) / (to - from));
      return place >= 0 && place < classes ? place : null;
    }
  }

  draw(dark: DarkKnowledge, matrix: DarkMatrix, theme: Theme): void {
    const of = matrix.kind === 'difference' ? 'difference' : `mean soft labels of the ${matrix.kind}`;
    const label = `${of}, ${dark.classes} classes: arrow keys move, values are read below`;
    if (this.element.getAttribute('aria-label') !== label) this.element.setAttribute('aria-label', label);
    const area = this.painter.paint(this.#canvas, { dark, matrix, theme });
    if (Object.values(area).join() === Object.values(this.#area).join()) return;
    this.#area = area;
    this.#placeCursor();
  }

  /** The drawing as a PNG in a data URL. */
  get dataUrl(): string {
    return this.#canvas.toDataURL('image/png');
  }

  #point(place: CellPlace): void {
    this.#at = place;
    this.#cursor.hidden = false;
    this.#placeCursor();
    this.options.onPoint(place);
  }

  #placeCursor(): void {
    const { left, top, right, bottom } = this.#area;
    const { classes } = this.options;
    const [width, height] = [(1 - left - right) / classes, (1 - top - bottom) / classes];
    this.#cursor.style.left = `${100 * (left + this.#at.label * width)}%`;
    this.#cursor.style.top = `${100 * (top + this.#at.truth * height)}%`;
    this.#cursor.style.width = `${100 * width}%`;
    this.#cursor.style.height = `${100 * height}%`;
  }
}
