import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Pictures } from '../../../src/data/cache/pictures.js';
import { thumbnails } from '../../../src/trainer/data/thumbnails.js';

/**
 * The mean of an area by brute force: every pixel is repeated until new and old pixels have whole sizes, and whole
 * blocks are averaged.
 */
function blockMeans({ n, height, width, channels, pixels }: Pictures, to: { height: number; width: number }): number[] {
  const means: number[] = [];
  for (let picture = 0; picture < n; picture++) {
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width; x++) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let down = y * height; down < (y + 1) * height; down++) {
            for (let right = x * width; right < (x + 1) * width; right++) {
              const row = Math.floor(down / to.height);
              const column = Math.floor(right / to.width);
              sum += pixels[((picture * height + row) * width + column) * channels + channel] ?? NaN;
            }
          }
          means.push(sum / (height * width));
        }
      }
    }
  }
  return means;
}

describe('thumbnails', () => {
  it('are the means of the areas they cover, with the proportions kept', async () => {
    const side = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.constantFrom(1 as const, 3 as const),
        fc.integer(),
        async (a, b, channels, seed) => {
          const [height, width] = [Math.max(a, 65), b];
          const pixels = Uint8Array.from(
            { length: 2 * height * width * channels },
            (_, i) => (i * 31 + seed * i * i) & 255,
          );
          const pictures = { n: 2, height, width, channels, pixels };
          const small = await thumbnails(pictures);
          assert.equal(Math.max(small.height, small.width), 64);
          assert.ok(Math.abs(small.width / small.height - width / height) <= (0.5 + width / height) / small.height + 1);
          blockMeans(pictures, small).forEach((mean, index) => {
            assert.ok(Math.abs(mean - (small.pixels[index] ?? NaN)) <= 0.5 + 1e-6, `byte ${index}`);
          });
        },
      ),
      { numRuns: 12 },
    );
  });

  it('leaves small pictures as they are', async () => {
    const pictures = { n: 1, height: 64, width: 20, channels: 1 as const, pixels: new Uint8Array(64 * 20) };
    assert.equal(await thumbnails(pictures), pictures);
  });
});
