import type { Theme } from '../theme.js';

/** What a drawing is made of, in CSS pixels: painted on a canvas and written into a picture alike. */
export type Shape =
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly color: string;
      /** 0 to 1. */
      readonly opacity: number;
      /** Whether only its edge is drawn. */
      readonly isFrame: boolean;
    }
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly color: string;
      readonly width: number;
      /** Lengths of dash and gap; none for a line that is drawn through. */
      readonly dash: readonly number[];
      /** 0 to 1; 1 where it is left out. */
      readonly opacity?: number;
    }
  | {
      readonly kind: 'text';
      readonly content: string;
      readonly x: number;
      /** Of the middle of the line. */
      readonly y: number;
      readonly color: string;
      readonly anchor: 'start' | 'middle' | 'end';
      /** Of the letters; that of the drawing where it is left out. */
      readonly size?: number;
      readonly weight?: 'normal' | 'bold';
      /** Whether the line runs downward. */
      readonly isUpright?: boolean;
    }
  /** Many rectangles of one size and one colour. */
  | {
      readonly kind: 'tiles';
      /** Left and top of each, one after another. */
      readonly places: readonly number[];
      readonly width: number;
      readonly height: number;
      readonly color: string;
    }
  | {
      readonly kind: 'image';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** As many pixels as it is large, for each CSS pixel `scale` of them. */
      readonly pixels: (scale: number) => ImageData;
    }
  /** A line through points, [count] each; a y of NaN breaks it. Drawn at `x.factor · xs + x.offset`, and so for y. */
  | {
      readonly kind: 'curve';
      readonly xs: Float64Array;
      readonly ys: Float64Array;
      readonly count: number;
      readonly x: Linear;
      readonly y: Linear;
      readonly color: string;
      readonly width: number;
      readonly dash: readonly number[];
      readonly opacity: number;
      /** Whether every point has a dot; one that stands alone always has. */
      readonly isDotted: boolean;
    };

/** y = factor · x + offset. */
export interface Linear {
  readonly factor: number;
  readonly offset: number;
}

export type ShapeOf<K extends Shape['kind']> = Extract<Shape, { kind: K }>;
export type Font = Pick<Theme, 'fontFamily'> & { readonly size: number };

/** A line of one pixel that is drawn through, unless it says otherwise. */
export function line(of: Omit<ShapeOf<'line'>, 'kind' | 'width' | 'dash'> & Partial<ShapeOf<'line'>>): Shape {
  return { width: 1, dash: [], ...of, kind: 'line' };
}

export function label(content: string, at: Omit<ShapeOf<'text'>, 'kind' | 'content'>): Shape {
  return { kind: 'text', content, ...at };
}

/** The size of letters in drawings that are read closely, in CSS pixels. */
export function smallFont({ fontSize }: Theme): number {
  return Math.max(9, Math.round(0.85 * fontSize));
}

/** The points of a curve that are dots: all of them, or those without a neighbour. */
export function dotsOf({ xs, ys, count, x, y, isDotted }: ShapeOf<'curve'>): { left: number; top: number }[] {
  const isThere = (index: number): boolean => index >= 0 && index < count && !Number.isNaN(ys[index] ?? NaN);
  const dots: { left: number; top: number }[] = [];
  for (let index = 0; index < count; index++) {
    if (!isThere(index) || (!isDotted && (isThere(index - 1) || isThere(index + 1)))) continue;
    dots.push({ left: x.factor * (xs[index] ?? NaN) + x.offset, top: y.factor * (ys[index] ?? NaN) + y.offset });
  }
  return dots;
}

export function dotRadius({ width }: ShapeOf<'curve'>): number {
  return Math.max(width, 1.25) * 1.25;
}
