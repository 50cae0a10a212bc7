import type { ClassOrder } from '../confusion/classOrder.js';
import type { Theme } from '../theme.js';
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

/** How a matrix is painted: cells with their numbers, or of many classes a pixel each. */
export interface MatrixPainter {
  /** Class of the drawing's element. */
  readonly className: string;
  /** Paints all of it, in a size of the painter's choice. @returns where the cells are */
  paint(canvas: HTMLCanvasElement, painting: MatrixPainting): CellArea;
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
