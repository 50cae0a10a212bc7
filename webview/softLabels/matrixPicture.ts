import type { DarkKnowledge, DarkMatrix } from './darkKnowledge.js';
import type { Theme } from '../theme.js';

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
  draw(dark: DarkKnowledge, matrix: DarkMatrix, theme: Theme): void;
}

export interface MatrixPictureOptions {
  readonly classes: number;
  readonly nameOf: (label: number) => string;
  /** Is told which cell is pointed at, with the mouse or with keys. */
  readonly onPoint: (place: CellPlace) => void;
}

/** Where an arrow key leads in a matrix; null for any other key. */
export function step(key: string, { truth, label }: CellPlace, classes: number): CellPlace | null {
  const within = (value: number): number => Math.min(classes - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowUp':
      return { truth: within(truth - 1), label };
    case 'ArrowDown':
      return { truth: within(truth + 1), label };
    case 'ArrowLeft':
      return { truth, label: within(label - 1) };
    case 'ArrowRight':
      return { truth, label: within(label + 1) };
    case 'Home':
      return { truth, label: 0 };
    case 'End':
      return { truth, label: classes - 1 };
    default:
      return null;
  }
}
