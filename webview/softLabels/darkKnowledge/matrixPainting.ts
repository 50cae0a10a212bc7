import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Theme } from '../../theme.js';
import type { DarkKnowledge, DarkMatrix } from './darkKnowledge.js';

/** What a matrix is painted from. */
export interface MatrixPainting {
  readonly dark: DarkKnowledge;
  readonly matrix: DarkMatrix;
  readonly order: ClassOrder;
  readonly theme: Theme;
}

/** How far the cells are from each edge of the drawing, as shares of its width and height. */
export interface CellArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Gives the canvas a size in pixels, which clears it. @returns whether it had another */
export function resize(canvas: HTMLCanvasElement, width: number, height: number): boolean {
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

/** How much of the foreground is in the cells of a diagonal that is left out. */
export const leftOutShade = 0.08;
