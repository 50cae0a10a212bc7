import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chanceWords, isAtChance, testSetOf } from '../../../src/core/evaluation/testSet.js';

/** Labels with so many examples of each class. */
const labelsOf = (...counts: readonly number[]): number[] =>
  counts.flatMap((count, label) => Array.from({ length: count }, () => label));

describe('what a test set is made of', () => {
  it('is its largest class and that one’s share', () => {
    const { n, largestClass, largestShare } = testSetOf({ labels: labelsOf(10, 70, 20), classes: 4 });
    assert.deepEqual([n, largestClass, largestShare], [100, 1, 0.7]);
  });

  it('is unbalanced where accuracy alone misleads', () => {
    const isUnbalanced = (...counts: readonly number[]): boolean =>
      testSetOf({ labels: labelsOf(...counts), classes: counts.length }).isUnbalanced;
    // MNIST's own test set is not: 1,135 of its 10,000 are ones.
    assert.equal(isUnbalanced(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009), false);
    assert.equal(isUnbalanced(55, 45), false);
    assert.equal(isUnbalanced(60, 40), true);
    assert.equal(isUnbalanced(920, 80), true);
    assert.equal(isUnbalanced(20, 20, 20, 40), true);
  });
});

describe('a result that may come of knowing nothing', () => {
  const even = testSetOf({ labels: labelsOf(...Array<number>(10).fill(1000)), classes: 10 });
  const uneven = testSetOf({ labels: labelsOf(920, 80), classes: 2 });

  it('is one at chance, under it, or above it by no more than luck', () => {
    // scipy.stats.binomtest(1049, 10000, 0.1, alternative='greater').pvalue is 0.054, of 1,060 it is 0.024.
    assert.deepEqual(
      [900, 1000, 1049, 1060, 9800].map((right) => isAtChance({ errors: 10_000 - right }, even)),
      [true, true, true, false, false],
    );
  });

  it('is also one that is right as often as always answering the largest class', () => {
    assert.equal(isAtChance({ errors: 80, balancedAccuracy: 0.5 }, uneven), true);
    assert.equal(isAtChance({ errors: 40, balancedAccuracy: 0.75 }, uneven), false);
  });

  it('is none where the rare class is recognized, though accuracy is below the largest class’s share', () => {
    assert.equal(isAtChance({ errors: 100, balancedAccuracy: 0.86 }, uneven), false);
  });

  it('is none where there is one class only', () => {
    assert.equal(isAtChance({ errors: 0 }, testSetOf({ labels: [0, 0], classes: 1 })), false);
    assert.equal(isAtChance({ errors: 0 }, testSetOf({ labels: [0, 0], classes: 2 })), false);
  });

  it('is said with the accuracy of chance', () => {
    assert.equal(chanceWords(uneven), 'no better than chance: always answering the largest class gives 92.00 %');
  });
});
