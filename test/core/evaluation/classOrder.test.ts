import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { largestAssignment } from '../../../src/core/evaluation/assignment.js';
import { isLikeChance, testAgainstChance } from '../../../src/core/evaluation/permutationTest.js';
import { likelyClassOrder } from '../../../src/core/evaluation/classOrder.js';
import { assertNear } from '../near.js';

const numbers = z.array(z.number());
/** What SciPy and counting over all permutations say; see test/fixtures/record_class_order.py. */
const recorded = z
  .object({
    assignments: z.array(z.object({ size: z.int(), values: numbers, sum: z.int() })),
    chance: z.array(
      z.object({ classes: z.int(), confusion: numbers, right: z.int(), mean: z.number(), deviation: z.number() }),
    ),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/classOrder.json', 'utf8')));

/** Counts [classes, classes] of a model that answers class i as `answerOf[i]`, `right` times of `each`, else evenly. */
function permuted(answerOf: readonly number[], { each, right }: { each: number; right: number }): number[] {
  const classes = answerOf.length;
  return answerOf.flatMap((answer) =>
    answerOf.map((_, column) => (column === answer ? right : (each - right) / (classes - 1))),
  );
}

describe('the largest assignment', () => {
  for (const { size, values, sum } of recorded.assignments) {
    it(`of ${size} rows has the sum that SciPy finds, with a column for each row`, () => {
      const chosen = largestAssignment({ values, size });
      assert.deepEqual(
        [...chosen].sort((a, b) => a - b),
        Array.from({ length: size }, (_, index) => index),
      );
      const found = chosen.reduce((total, column, row) => total + (values[row * size + column] ?? NaN), 0);
      assert.equal(found, sum);
    });
  }
});

describe('the test against chance', () => {
  it('has mean and deviation of the right rows over all permutations of the labels', () => {
    for (const { classes, confusion, right, mean, deviation } of recorded.chance) {
      const found = testAgainstChance({ confusion, classes });
      assert.equal(found.right, right);
      const expected = deviation < 1e-9 ? 0 : (right - mean - 0.5) / deviation;
      assertNear([found.expected, found.deviations], [mean, expected], { tolerance: 1e-9, what: 'mean, deviations' });
    }
  });

  const isChance = (confusion: readonly number[]): boolean =>
    isLikeChance(testAgainstChance({ confusion, classes: Math.sqrt(confusion.length) }));

  it('finds out who always answers the most frequent class, however often that is right', () => {
    assert.ok(isChance([95, 0, 5, 0]));
    assert.ok(isChance([9500, 0, 500, 0]));
  });

  it('does not doubt a perfect model for want of pictures, nor a weak one that many pictures speak for', () => {
    assert.ok(!isChance([2, 0, 0, 2]));
    assert.ok(!isChance([3100, 2900, 2900, 3100]));
    assert.ok(isChance([31, 29, 29, 31]), 'of a few pictures so little is luck');
  });

  it('does not doubt where there is one class alone: everybody is right', () => {
    assert.ok(!isChance([20, 0, 0, 0]));
  });
});

describe('another order of the classes', () => {
  const orderOf = (confusion: readonly number[]) =>
    likelyClassOrder({ confusion, classes: Math.sqrt(confusion.length) });

  it('is found where every picture is answered in it, from a dozen pictures on', () => {
    const found = orderOf(permuted([2, 0, 1], { each: 4, right: 4 }));
    assert.deepEqual([...(found?.answerOf ?? [])], [2, 0, 1]);
    assert.deepEqual([found?.right, found?.rightAsItIs], [12, 0]);
  });

  it('is found of two classes that are exchanged among many, and of a weak model', () => {
    const exchanged = [0, 1, 2, 4, 3, 5, 6, 7, 8, 9];
    assert.deepEqual([...(orderOf(permuted(exchanged, { each: 100, right: 91 }))?.answerOf ?? [])], exchanged);
    const weak = Array.from({ length: 100 }, (_, index) => (index + 1) % 100);
    assert.deepEqual([...(orderOf(permuted(weak, { each: 1089, right: 99 }))?.answerOf ?? [])], weak);
  });

  it('is not seen in luck: few pictures, or none that speak for it', () => {
    assert.equal(orderOf(permuted([1, 0], { each: 2, right: 2 })), null);
    assert.equal(orderOf([3, 4, 4, 3]), null);
    assert.equal(orderOf(permuted([0, 1, 2], { each: 30, right: 30 })), null, 'it is right as it is');
  });

  it('is not taken for what a model does that never gives one answer', () => {
    // Pictures of c are all taken for b, of which there are few: exchanging b and c would have more right.
    assert.equal(orderOf([200, 0, 0, 0, 5, 0, 0, 100, 0]), null);
  });

  it('is found among a thousand classes, without trying them all', () => {
    const classes = 1000;
    const confusion = new Int32Array(classes * classes);
    for (let row = 0; row < classes; row++) confusion[row * classes + ((row * 7 + 3) % classes)] = 30;
    const found = likelyClassOrder({ confusion, classes });
    assert.equal(found?.right, 30 * classes);
  });
});
