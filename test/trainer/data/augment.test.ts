import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { copyShifted, drawShift, type Shift } from '../../../src/trainer/data/augment.js';

/** Pixel by pixel: what lies (dx, dy) away, or black. */
function shiftedSlowly(
  source: Uint8Array,
  { dx, dy }: Shift,
  { height, width, channels }: { height: number; width: number; channels: number },
): Uint8Array {
  const result = new Uint8Array(source.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const [fromY, fromX] = [y - dy, x - dx];
        const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
        result[(y * width + x) * channels + c] = inside ? (source[(fromY * width + fromX) * channels + c] ?? 0) : 0;
      }
    }
  }
  return result;
}

describe('copyShifted', () => {
  it('equals moving pixel by pixel, for every size and shift, whatever lay in the target before', () => {
    const side = fc.integer({ min: 1, max: 9 });
    const shift = fc.integer({ min: -11, max: 11 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 3 }), shift, shift, (height, width, channels, dx, dy) => {
        const picture = { height, width, channels };
        const source = Uint8Array.from({ length: height * width * channels }, (_, index) => (index % 254) + 1);
        const target = new Uint8Array(source.length).fill(255);
        copyShifted({ source, target }, { dx, dy }, picture);
        assert.deepEqual(target, shiftedSlowly(source, { dx, dy }, picture));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('drawShift', () => {
  it('draws every shift of up to n pixels equally often, each axis by itself', () => {
    const counts = new Map<string, number>();
    const draws = 25_000;
    for (let step = 1; step <= draws / 100; step++) {
      const stream = randomStream(3, 'translate', step);
      for (let position = 0; position < 100; position++) {
        const { dx, dy } = drawShift(stream, { position, translate: 2 });
        counts.set(`${dx},${dy}`, (counts.get(`${dx},${dy}`) ?? 0) + 1);
      }
    }
    assert.equal(counts.size, 25);
    const expected = draws / 25;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 24 degrees of freedom: above 51.2 once in a thousand seeds.
    assert.ok(chiSquare < 51.2, String(chiSquare));
  });
});
