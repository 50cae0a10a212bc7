import { moveCursor, type Position } from '../../parts/matrix/cellCursor.js';
import type { DarkMatrix } from './darkKnowledge.js';
import type { CellArea, MatrixPainting } from './matrixPainting.js';
import { NumberPainter } from './numberPainter.js';
import type { Cell } from '../../parts/matrix/cell.js';

export interface MatrixCanvasOptions {
  /** Of the classes. */
  readonly names: readonly string[];
  /** Is told which cell is pointed at, with the mouse or with keys. */
  readonly onPoint: (cell: Cell, kind: DarkMatrix['kind']) => void;
  /** Is told of which cell the examples are wanted: by a click, or the Enter key. */
  readonly onOpen: (cell: Cell, kind: DarkMatrix['kind']) => void;
}

/**
 * A matrix of few classes as a drawing with its numbers, with a cursor for mouse and keyboard: what is pointed at is framed, and read out elsewhere. A
 * drawing, since the style, the place and the paint of hundreds of table cells take longer than a frame has.
 */
export class MatrixCanvas {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #cursor = document.createElement('span');
  #at: Position = { row: 0, column: 0 };
  #area: CellArea = { left: 0, top: 0, right: 0, bottom: 0 };
  #painting: MatrixPainting | null = null;

  readonly #painter: NumberPainter;

  constructor(private readonly options: MatrixCanvasOptions) {
    const classes = options.names.length;
    this.#painter = new NumberPainter(options.names);
    this.element.className = 'sl-matrix-canvas';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-roledescription', 'matrix');
    this.#cursor.className = 'sl-matrix-cursor';
    this.#cursor.hidden = true;
    this.element.append(this.#canvas, this.#cursor);
    this.element.addEventListener('focus', () => this.#point(this.#at));
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.#open();
        return;
      }
      const to = moveCursor(event, { at: this.#at, classes, filled: () => true });
      if (to === null) return;
      event.preventDefault();
      this.#point(to);
      this.#cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      const under = this.#positionUnder(event);
      if (under !== null) this.#point(under);
    });
    this.#canvas.addEventListener('click', (event) => {
      const under = this.#positionUnder(event);
      if (under === null) return;
      this.#point(under);
      this.#open();
    });
  }

  draw(painting: MatrixPainting): void {
    const { dark, matrix } = painting;
    this.#painting = painting;
    const of = matrix.kind === 'difference' ? 'difference' : `mean soft labels of the ${matrix.kind}`;
    const label = `${of}, ${dark.classes} classes: arrow keys move, values are read below; Enter shows the examples`;
    if (this.element.getAttribute('aria-label') !== label) this.element.setAttribute('aria-label', label);
    const area = this.#painter.paint(this.#canvas, painting);
    if (Object.values(area).join() === Object.values(this.#area).join()) return;
    this.#area = area;
    this.#placeCursor();
  }

  #point(at: Position): void {
    this.#at = at;
    this.#cursor.hidden = false;
    this.#placeCursor();
    this.#tell(this.options.onPoint);
  }

  #open(): void {
    this.#tell(this.options.onOpen);
  }

  /** Tells of the cell under the cursor; nothing before anything was drawn. */
  #tell(listener: (cell: Cell, kind: DarkMatrix['kind']) => void): void {
    if (this.#painting === null) return;
    const { order, matrix } = this.#painting;
    listener({ truth: order[this.#at.row] ?? 0, answer: order[this.#at.column] ?? 0 }, matrix.kind);
  }

  #positionUnder(event: MouseEvent): Position | null {
    const classes = this.options.names.length;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const along = (share: number, from: number, to: number): number =>
      Math.floor((classes * (share - from)) / (to - from));
    const row = along((event.clientY - top) / height, this.#area.top, 1 - this.#area.bottom);
    const column = along((event.clientX - left) / width, this.#area.left, 1 - this.#area.right);
    const isInside = (place: number): boolean => place >= 0 && place < classes;
    return isInside(row) && isInside(column) ? { row, column } : null;
  }

  #placeCursor(): void {
    const { left, top, right, bottom } = this.#area;
    const classes = this.options.names.length;
    const [width, height] = [(1 - left - right) / classes, (1 - top - bottom) / classes];
    this.#cursor.style.left = `${100 * (left + this.#at.column * width)}%`;
    this.#cursor.style.top = `${100 * (top + this.#at.row * height)}%`;
    this.#cursor.style.width = `${100 * width}%`;
    this.#cursor.style.height = `${100 * height}%`;
  }
}
