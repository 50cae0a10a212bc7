import { dimmed, steps } from './tone.js';

/** What is drawn: `size` pixels for all classes along a side, of which a window is seen. */
export interface Window {
  readonly size: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Bytes of tones for the pixels of a window, [height, width]. A pixel that stands for several cells shows the strongest of
 * them: a single error among a million cells is not lost because the matrix is larger than the screen.
 */
export function rasterize(tones: Uint8Array, { classes, window }: { classes: number; window: Window }): Uint8Array {
  const { size, left, top, width, height } = window;
  const pixels = new Uint8Array(width * height);
  const columns = ranges({ size, classes, from: left, count: width });
  const rows = ranges({ size, classes, from: top, count: height });
  for (let y = 0; y < height; y++) {
    const [firstRow, endRow] = [rows[2 * y] ?? 0, rows[2 * y + 1] ?? 0];
    if (y > 0 && firstRow === rows[2 * y - 2] && endRow === rows[2 * y - 1]) {
      pixels.copyWithin(y * width, (y - 1) * width, y * width);
      continue;
    }
    const line = pixels.subarray(y * width, (y + 1) * width);
    for (let row = firstRow; row < endRow; row++) {
      const cells = tones.subarray(row * classes, (row + 1) * classes);
      if (size < classes) gatherCells(cells, columns, line);
      else
        for (let x = 0; x < width; x++) take(line, x, columns[2 * x + 1] === 0 ? 0 : (cells[columns[2 * x] ?? 0] ?? 0));
    }
  }
  return pixels;
}

/** Brings the cells of a row into pixels that are fewer: cell by cell, since of a large matrix most cells are empty. */
function gatherCells(cells: Uint8Array, columns: Int32Array, line: Uint8Array): void {
  let x = 0;
  for (let cell = columns[0] ?? 0; cell < cells.length; cell++) {
    const tone = cells[cell] ?? 0;
    if (tone === 0) continue;
    while (x < line.length && (columns[2 * x + 1] ?? 0) <= cell) x++;
    // On the border of two pixels a cell is in both.
    for (let at = x; (columns[2 * at] ?? Infinity) <= cell && cell < (columns[2 * at + 1] ?? 0); at++)
      take(line, at, tone);
  }
}

/** A pixel keeps the strongest of what it is given. */
function take(line: Uint8Array, x: number, tone: number): void {
  const before = line[x] ?? 0;
  if (before === 0 || strength(tone) > strength(before)) line[x] = tone;
}

/** The dimmed diagonal gives way to every error. */
function strength(byte: number): number {
  if (byte === dimmed) return 0.5;
  return byte > steps ? byte - steps : byte;
}

/** First and end cell of each pixel, two numbers a pixel; outside the matrix an empty range. */
function ranges({
  size,
  classes,
  from,
  count,
}: {
  size: number;
  classes: number;
  from: number;
  count: number;
}): Int32Array {
  const result = new Int32Array(2 * count);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = from + pixel;
    if (at < 0 || at >= size) continue;
    const first = Math.floor((at * classes) / size);
    result[2 * pixel] = first;
    // Where a pixel is smaller than a cell it belongs to one.
    const end = size >= classes ? first + 1 : Math.ceil(((at + 1) * classes) / size);
    result[2 * pixel + 1] = Math.min(classes, end);
  }
  return result;
}
