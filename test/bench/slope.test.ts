import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { slopeOf } from '../../bench/soak/slope.js';
import { assertNear } from '../core/near.js';

/** What SciPy says; see test/fixtures/record_slopes.py. */
const numbers = z.array(z.number());
const recorded = z
  .array(z.object({ name: z.string(), x: numbers, y: numbers, slope: z.number(), low: z.number(), high: z.number() }))
  .parse(JSON.parse(readFileSync('test/fixtures/slopes.json', 'utf8')));

for (const { name, x, y, ...expected } of recorded) {
  test(`the slope of ${name} is SciPy's, and so is its interval`, () => {
    const found = slopeOf(x.map((each, index) => ({ x: each, y: y[index] ?? NaN })));
    assertNear([found.slope, found.low, found.high], [expected.slope, expected.low, expected.high], {
      tolerance: 1e-9,
      what: name,
    });
  });
}

test('a single point has no slope, and anything is possible', () => {
  const { slope, low, high } = slopeOf([{ x: 1, y: 1 }]);
  assert.deepEqual([slope, low, high], [NaN, -Infinity, Infinity]);
});
