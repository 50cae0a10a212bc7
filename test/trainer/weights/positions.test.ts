import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { resizedPositions, squareGrid } from '../../../src/trainer/weights/positions.js';

const grid = z.tuple([z.int(), z.int()]);
const cases = z
  .array(z.object({ from: grid, to: grid, positions: z.array(z.number()) }))
  .parse(JSON.parse(readFileSync('test/fixtures/positions.json', 'utf8')));
const width = 3;

/** As in record_positions.py. */
function positions(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) / 2 ** 15 - 1;
  });
}

describe('positions of another grid', () => {
  for (const { from, to, positions: wanted } of cases) {
    it(`are resized from ${from.join('×')} to ${to.join('×')} as timm does with PyTorch`, () => {
      const found = resizedPositions(positions(1 + from[0] * from[1]), { from, to, width });
      assert.equal(found.length, wanted.length);
      wanted.forEach((value, index) => {
        assert.ok(Math.abs((found[index] ?? NaN) - value) < 2e-6, `${index}: ${found[index] ?? ''}, not ${value}`);
      });
    });
  }

  it('are taken for a square, behind the class token, or for none', () => {
    assert.deepEqual([197, 5, 2, 1, 7].map(squareGrid), [[14, 14], [2, 2], [1, 1], null, null]);
  });
});
