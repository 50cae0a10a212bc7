import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roundRatio, verdictOn } from '../../bench/safety/roundRatio.js';

const rounds = (ratios: readonly number[]) => ratios.map((ratio) => ({ before: 2, after: 2 * ratio }));
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

// How many values are left out at each end: R's qbinom(0.025, n, 0.5) - 1, as in tables of the sign test.
for (const [n, left] of [
  [6, 0],
  [8, 0],
  [9, 1],
  [11, 1],
  [12, 2],
  [15, 3],
  [20, 5],
  [25, 7],
  [50, 17],
] as const) {
  test(`the interval of ${n} rounds leaves out ${left} at each end`, () => {
    assert.deepEqual(roundRatio(rounds(upTo(n))).interval, [left + 1, n - left]);
  });
}

test('fewer than six rounds have no interval', () => {
  for (const n of [0, 1, 5]) assert.equal(roundRatio(rounds(upTo(n))).interval, null);
});

test('ratios are of the same round, and their order does not matter', () => {
  const found = roundRatio([
    { before: 10, after: 10 },
    { before: 1, after: 3 },
    { before: 4, after: 8 },
  ]);
  assert.equal(found.median, 2);
});

test('a verdict is given only where the whole interval is on one side', () => {
  const verdict = (ratios: readonly number[]) => verdictOn(roundRatio(rounds(ratios)), { bound: 1.02 });
  assert.equal(verdict([1, 1.001, 1.002, 1.003, 1.004, 1.019]), 'held');
  assert.equal(verdict([1, 1.001, 1.002, 1.003, 1.004, 1.021]), 'unclear');
  assert.equal(verdict([1.03, 1.03, 1.03, 1.03, 1.03, 1.03]), 'broken');
  assert.equal(verdict([1, 1, 1]), 'unclear');
});
