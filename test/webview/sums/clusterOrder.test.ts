import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { listedOrder } from '../../../webview/parts/classOrder/classOrder.js';
import { clusterOrder } from '../../../webview/sums/clusterOrder.js';
import { symmetricConfusion } from '../../../webview/sums/similarity.js';
import { judge } from '../../../webview/sums/judged.js';
import { averageLinkage, type Merge } from '../../../webview/sums/linkage.js';
import { assertNear } from '../../core/near.js';
import { readConfusionCases } from '../confusion/confusionCases.js';
import { randomPair } from '../confusion/pairs.js';

/** The height at which each two leaves come together, [n, n]. */
function cophenetic(merges: readonly Merge[], n: number): Float64Array {
  const members: number[][] = Array.from({ length: n }, (_, leaf) => [leaf]);
  const heights = new Float64Array(n * n);
  for (const { left, right, height } of merges) {
    const [ours = [], theirs = []] = [members[left], members[right]];
    for (const a of ours) {
      for (const b of theirs) {
        heights[a * n + b] = height;
        heights[b * n + a] = height;
      }
    }
    members.push([...ours, ...theirs]);
  }
  return heights;
}

describe('averageLinkage, against SciPy', () => {
  for (const { n, distances, heights, cophenetic: expected } of readConfusionCases().linkage) {
    it(`merges ${n} leaves at the same heights, and the same leaves`, () => {
      const merges = averageLinkage(Float64Array.from(distances), n);
      const found = merges.map(({ height }) => height).sort((a, b) => a - b);
      assertNear(found, heights, { tolerance: 1e-9, what: 'heights' });
      assertNear(cophenetic(merges, n), expected, { tolerance: 1e-9, what: 'cophenetic distances' });
    });
  }

  it('ends where all distances are equal', () => {
    assert.equal(averageLinkage(new Float64Array(25).fill(1), 5).length, 4);
  });
});

/** A model that takes each class of a group for its neighbour in the group, now and then. */
function confusedGroups(groups: readonly (readonly number[])[]): ReturnType<typeof judge> {
  const classes = groups.flat().length;
  const labels: number[] = [];
  const logits: number[] = [];
  const answer = (truth: number, said: number): void => {
    labels.push(truth);
    logits.push(...Array.from({ length: classes }, (_, index) => (index === said ? 1 : 0)));
  };
  for (const group of groups) {
    for (const [at, truth] of group.entries()) {
      answer(truth, truth);
      answer(truth, group[at + 1] ?? truth);
    }
  }
  return judge({ logits, labels, classes });
}

describe('the order of classes', () => {
  it('brings classes that are taken for each other together, in their chain', () => {
    const groups = [
      [0, 5, 2],
      [4, 1],
      [3, 7, 6],
    ];
    const order = clusterOrder(symmetricConfusion([confusedGroups(groups)], 8), 8);
    for (const group of groups) {
      const places = group.map((index) => order.indexOf(index));
      const steps = places.slice(1).map((place, at) => place - (places[at] ?? NaN));
      assert.ok(
        steps.every((step) => step === steps[0] && Math.abs(step) === 1),
        `${order.join()}: ${group.join()}`,
      );
    }
  });

  it('sorts names as a person does', () => {
    const names = ['10', 'b', '9', 'A', 'ä'];
    assert.deepEqual(listedOrder('name', names), [2, 0, 3, 4, 1]);
    assert.deepEqual(listedOrder('index', names), [0, 1, 2, 3, 4]);
  });

  it('names every class once and is always the same', () => {
    fc.assert(
      fc.property(randomPair, ({ first, second }) => {
        const { classes } = first;
        const similarity = symmetricConfusion([first, second], classes);
        const order = clusterOrder(similarity, classes);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          Array.from({ length: classes }, (_, label) => label),
        );
        assert.deepEqual(clusterOrder(similarity, classes), order);
      }),
    );
  });
});
