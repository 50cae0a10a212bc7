import { urlOf } from '../../export/shapeElements.js';

/** One picture as a canvas takes it: RGBA, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Draws a picture pixel by pixel; how large it appears is a matter of style. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, rgba }: Picture): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
}

/** A picture as a PNG in a data URL. */
export function pictureUrl({ width, height, rgba }: Picture): string {
  return urlOf(new ImageData(rgba, width, height));
}
