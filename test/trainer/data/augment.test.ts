import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { augmentSchema } from '../../../src/core/spec/spec.js';
import { changesOf, copyChanged, copyShifted, type Shift } from '../../../src/trainer/data/augment.js';

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

/** How often each change was drawn, by its words. */
function drawn(augment: Readonly<Record<string, unknown>>, { steps }: { steps: number }): Map<string, number> {
  const counts = new Map<string, number>();
  for (let step = 1; step <= steps; step++) {
    const changes = changesOf(augmentSchema.parse(augment), { seed: 3, step });
    assert.ok(changes !== null);
    for (let position = 0; position < 100; position++) {
      const { shift, mirrored } = changes(position);
      const words = `${shift.dx},${shift.dy}${mirrored ? ' mirrored' : ''}`;
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
  }
  return counts;
}

function chiSquare(counts: ReadonlyMap<string, number>): number {
  const values = [...counts.values()];
  const expected = values.reduce((sum, count) => sum + count, 0) / values.length;
  return values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('changesOf', () => {
  it('draws every shift of up to n pixels equally often, each axis by itself', () => {
    const counts = drawn({ translate: 2 }, { steps: 250 });
    assert.equal(counts.size, 25);
    // 24 degrees of freedom: above 51.2 once in a thousand seeds.
    assert.ok(chiSquare(counts) < 51.2, String(chiSquare(counts)));
  });

  it('crops at every place of the border and mirrors half of them, the one whatever the other', () => {
    const counts = drawn({ crop: 1, flip: true }, { steps: 250 });
    assert.equal(counts.size, 18);
    // 17 degrees of freedom: above 40.8 once in a thousand seeds.
    assert.ok(chiSquare(counts) < 40.8, String(chiSquare(counts)));
  });

  it('changes a picture otherwise in every step, and the same way in the same step', () => {
    const drawnIn = (step: number): string => {
      const changes = changesOf(augmentSchema.parse({ crop: 1, flip: true }), { seed: 3, step });
      assert.ok(changes !== null);
      return JSON.stringify(Array.from({ length: 100 }, (_, position) => changes(position)));
    };
    assert.equal(drawnIn(1), drawnIn(1));
    const mirrors = (text: string): string => text.replaceAll(/"d[xy]":-?\d/g, '');
    assert.notEqual(mirrors(drawnIn(1)), mirrors(drawnIn(2)), 'which are mirrored');
    const shifts = (text: string): string => text.replaceAll(/"mirrored":\w+/g, '');
    assert.notEqual(shifts(drawnIn(1)), shifts(drawnIn(2)), 'where they are moved');
  });

  it('leaves pictures where only mirroring is asked for, and says where nothing is', () => {
    assert.deepEqual([...drawn({ flip: true }, { steps: 2 }).keys()].sort(), ['0,0', '0,0 mirrored']);
    assert.equal(changesOf(augmentSchema.parse({}), { seed: 0, step: 1 }), null);
  });
});

describe('copyChanged', () => {
  const size = { height: 2, width: 3, channels: 2 };
  // Pixels a to f, two channels each.
  const source = Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16);
  const changed = (shift: Shift): number[] => {
    const target = new Uint8Array(source.length).fill(255);
    copyChanged({ source, target }, { shift, mirrored: true }, size);
    return [...target];
  };

  it('mirrors left to right, channels in their order', () => {
    assert.deepEqual(changed({ dx: 0, dy: 0 }), [5, 6, 3, 4, 1, 2, 15, 16, 13, 14, 11, 12]);
  });

  it('moves first and mirrors then, as RandomCrop before RandomHorizontalFlip', () => {
    assert.deepEqual(changed({ dx: 1, dy: 0 }), [3, 4, 1, 2, 0, 0, 13, 14, 11, 12, 0, 0]);
  });
});
