import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { rasterize } from '../../../webview/parts/matrix/raster.js';

/** Sparse, as the tones of a large matrix are, with both ramps and the dimmed diagonal among them. */
const tone = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 252 }), fc.constant(255));

const drawing = fc
  .record({ classes: fc.integer({ min: 1, max: 12 }), size: fc.integer({ min: 1, max: 30 }) })
  .chain(({ classes, size }) =>
    fc.record({
      classes: fc.constant(classes),
      tones: fc.array(tone, { minLength: classes ** 2, maxLength: classes ** 2 }).map((all) => Uint8Array.from(all)),
      window: fc.record({
        size: fc.constant(size),
        left: fc.integer({ min: -3, max: size + 3 }),
        top: fc.integer({ min: -3, max: size + 3 }),
        width: fc.integer({ min: 1, max: 20 }),
        height: fc.integer({ min: 1, max: 20 }),
      }),
    }),
  );

/** The dimmed diagonal is weaker than any error; of each ramp the higher byte is the stronger. */
function strength(byte: number): number {
  if (byte === 255) return 0.5;
  return byte > 126 ? byte - 126 : byte;
}

/** The cells under a pixel along one side: one where cells are larger than pixels, else all that it touches. */
function cellsUnder(pixel: number, { size, classes }: { size: number; classes: number }): number[] {
  if (pixel < 0 || pixel >= size) return [];
  const all = Array.from({ length: classes }, (_, cell) => cell);
  if (size >= classes) return [Math.floor((pixel * classes) / size)];
  return all.filter((cell) => (cell + 1) * size > pixel * classes && cell * size < (pixel + 1) * classes);
}

describe('rasterize', () => {
  it('shows in each pixel the strongest cell under it, and nothing outside the matrix', () => {
    fc.assert(
      fc.property(drawing, ({ tones, classes, window }) => {
        const pixels = rasterize(tones, { classes, window });
        const { size, left, top, width, height } = window;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const under = cellsUnder(top + y, { size, classes }).flatMap((row) =>
              cellsUnder(left + x, { size, classes }).map((column) => tones[row * classes + column] ?? 0),
            );
            const strongest = Math.max(0, ...under.map(strength));
            assert.equal(strength(pixels[y * width + x] ?? NaN), strongest, `pixel ${x}, ${y}`);
          }
        }
      }),
    );
  });
});
