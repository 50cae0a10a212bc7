import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bootstrapInterval,
  compareRight,
  mcnemar,
  type PairedComparison,
} from '../../../src/core/evaluation/comparison.js';
import { rightAnswers } from '../../../src/core/evaluation/evaluation.js';
import { readEvaluationCases } from './evaluationCases.js';
import { assertNear } from '../near.js';

const recorded = readEvaluationCases();

describe('mcnemar', () => {
  for (const { onlyFirstWrong, onlySecondWrong, p } of recorded.mcnemar) {
    it(`gives SciPy's exact p for ${onlyFirstWrong} against ${onlySecondWrong}`, () => {
      const found = mcnemar({ onlyFirstWrong, onlySecondWrong });
      if (p === 0) assert.ok(found < 1e-300);
      else assertNear([found / p], [1], { tolerance: 1e-9, what: 'p over SciPy’s' });
    });
  }

  it('does not ask which of the two runs is called the first', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (a, b) => {
        const p = mcnemar({ onlyFirstWrong: a, onlySecondWrong: b });
        assert.equal(p, mcnemar({ onlyFirstWrong: b, onlySecondWrong: a }));
        assert.ok(p > 0 && p <= 1);
      }),
    );
  });

  it('refuses counts that are none', () => {
    for (const onlyFirstWrong of [-1, 0.5, NaN]) {
      assert.throws(() => mcnemar({ onlyFirstWrong, onlySecondWrong: 1 }), RangeError);
    }
  });
});

describe('bootstrapInterval', () => {
  for (const { onlyFirstWrong, onlySecondWrong, examples, low, high } of recorded.bootstrap) {
    it(`agrees with NumPy's resampling: ${onlyFirstWrong} against ${onlySecondWrong} of ${examples}`, () => {
      const interval = bootstrapInterval({ onlyFirstWrong, onlySecondWrong, examples });
      // Resampling leaves an error of its own; and both are counts of examples, so one of them may be the next one.
      const share = (onlyFirstWrong + onlySecondWrong) / examples;
      const tolerance = 0.1 * Math.sqrt(share / examples) + 1.01 / examples;
      assertNear([interval.low, interval.high], [low, high], { tolerance, what: 'low, high' });
    });
  }

  it('turns over when the runs change places, and holds the difference itself', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(1000), (a, b, more) => {
        const examples = a + b + more + 1;
        const one = bootstrapInterval({ onlyFirstWrong: a, onlySecondWrong: b, examples });
        const other = bootstrapInterval({ onlyFirstWrong: b, onlySecondWrong: a, examples });
        assertNear([one.low, one.high], [-other.high, -other.low], { tolerance: 2.01 / examples, what: 'interval' });
        const difference = (a - b) / examples;
        assert.ok(one.low <= difference && difference <= one.high);
      }),
    );
  });

  it('widens with the level, and is 0 where the runs never disagree', () => {
    const counts = { onlyFirstWrong: 81, onlySecondWrong: 40, examples: 10000 };
    const narrow = bootstrapInterval({ ...counts, level: 0.8 });
    const wide = bootstrapInterval({ ...counts, level: 0.99 });
    assert.ok(wide.low < narrow.low && narrow.high < wide.high);
    assert.deepEqual(bootstrapInterval({ onlyFirstWrong: 0, onlySecondWrong: 0, examples: 5 }), { low: 0, high: 0 });
    // All examples alike: every resample is the same.
    assert.deepEqual(bootstrapInterval({ onlyFirstWrong: 7, onlySecondWrong: 0, examples: 7 }), { low: 1, high: 1 });
  });

  it('refuses more disagreements than examples, and levels outside 0 to 1', () => {
    const counts = { onlyFirstWrong: 3, onlySecondWrong: 3, examples: 5 };
    assert.throws(() => bootstrapInterval(counts), RangeError);
    assert.throws(() => bootstrapInterval({ ...counts, examples: 10, level: 1 }), RangeError);
  });
});

type LogitsOfTwo = Record<'first' | 'second' | 'labels', number[]> & { classes: number };

function comparePaired({ first, second, ...truth }: LogitsOfTwo): PairedComparison {
  return compareRight({
    first: rightAnswers({ logits: first, ...truth }),
    second: rightAnswers({ logits: second, ...truth }),
  });
}

describe('compareRight, of logits', () => {
  it('counts on the same examples, and says that fewer errors are better', () => {
    const right = [1, 0];
    const wrong = [0, 1];
    const first = [right, wrong, wrong, wrong, [NaN, 0]].flat();
    const second = [right, right, right, wrong, right].flat();
    const comparison = comparePaired({ first, second, labels: [0, 0, 0, 0, 0], classes: 2 });
    const { interval, p, ...counts } = comparison;
    assert.deepEqual(counts, {
      examples: 5,
      firstErrors: 4,
      secondErrors: 1,
      onlyFirstWrong: 3,
      onlySecondWrong: 0,
      accuracyDifference: 0.6,
    });
    assertNear([p], [0.25], { tolerance: 1e-12, what: 'p' });
    assert.ok(interval.low >= 0 && interval.high <= 1);
    const turned = comparePaired({ first: second, second: first, labels: [0, 0, 0, 0, 0], classes: 2 });
    assert.equal(turned.accuracyDifference, -0.6);
  });

  it('refuses runs on other examples', () => {
    assert.throws(() => comparePaired({ first: [1, 0], second: [1, 0, 0, 1], labels: [0], classes: 2 }), RangeError);
  });
});
