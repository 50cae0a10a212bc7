import type { DarkMatrix } from './darkKnowledge.js';
import type { MatrixPainting } from './matrixPainter.js';

/** One cell: the true class, and the class of which the soft label is. */
export interface CellPlace {
  readonly truth: number;
  readonly label: number;
}

/** A matrix on the page, which can be drawn anew at every frame without anything being built. */
export interface MatrixPicture {
  readonly element: HTMLElement;
  /** The drawing as a PNG in a data URL. */
  readonly dataUrl: string;
  draw(painting: MatrixPainting): void;
}

export interface MatrixPictureOptions {
  readonly classes: number;
  readonly nameOf: (label: number) => string;
  /** Is told which cell is pointed at, with the mouse or with keys. */
  readonly onPoint: (place: CellPlace) => void;
  /** Is told of which cell the examples are wanted: by a click, or the Enter key. */
  readonly onOpen: (place: CellPlace, kind: DarkMatrix['kind']) => void;
}
