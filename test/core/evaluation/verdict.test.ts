import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mcnemar, type PairedComparison } from '../../../src/core/evaluation/comparison.js';
import { comparisonWords } from '../../../src/core/evaluation/comparisonWords.js';
import {
  seedVerdictWords,
  sharedVerdict,
  significanceLevel,
  verdictOf,
  verdictSentence,
} from '../../../src/core/evaluation/verdict.js';

/** Of 10,000 examples. */
function pair({ onlyFirstWrong, onlySecondWrong, bothWrong = 100 }: Record<string, number>): PairedComparison {
  const [b, c] = [onlyFirstWrong ?? 0, onlySecondWrong ?? 0];
  return {
    examples: 10_000,
    ...{ onlyFirstWrong: b, onlySecondWrong: c },
    ...{ firstErrors: bothWrong + b, secondErrors: bothWrong + c },
    accuracyDifference: (b - c) / 10_000,
    p: mcnemar({ onlyFirstWrong: b, onlySecondWrong: c }),
    interval: { low: -0.0002, high: 0.004 },
  };
}

const worse = pair({ onlyFirstWrong: 10, onlySecondWrong: 52 });
const better = pair({ onlyFirstWrong: 52, onlySecondWrong: 10 });
const even = pair({ onlyFirstWrong: 70, onlySecondWrong: 51, bothWrong: 73 });

describe('the verdict on two runs', () => {
  it('says who is better, and in which direction a small p points', () => {
    assert.deepEqual([better, worse, even].map(verdictOf), ['better', 'worse', 'cannot be told']);
  });

  it('is of the test at 5 %, whatever the direction', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (onlyFirstWrong, onlySecondWrong) => {
        const comparison = pair({ onlyFirstWrong, onlySecondWrong });
        const verdict = verdictOf(comparison);
        assert.equal(verdict === 'cannot be told', comparison.p >= significanceLevel);
        if (verdict === 'better') assert.ok(onlySecondWrong < onlyFirstWrong);
        if (verdict === 'worse') assert.ok(onlySecondWrong > onlyFirstWrong);
      }),
    );
  });

  it('cannot be told where the two answer alike', () => {
    assert.equal(verdictOf(pair({ onlyFirstWrong: 0, onlySecondWrong: 0 })), 'cannot be told');
  });

  it('is said before the numbers, with by how much', () => {
    assert.match(comparisonWords(better), /^better by 0\.42 points \(p = 5\.7e-8\): 152 → 110 errors, 95 % interval/);
    assert.match(comparisonWords(worse), /^worse by 0\.42 points \(p = 5\.7e-8\): 110 → 152 errors, 95 % interval/);
    assert.equal(
      comparisonWords(even),
      'cannot be told apart (p = 0.101): 143 → 124 errors, 95 % interval of the difference in accuracy −0.02 … +0.40 points (McNemar, exact)',
    );
  });

  it('makes a sentence of both names', () => {
    const names = { second: 'student', first: 'its baseline' };
    assert.equal(verdictSentence(better, names), 'student better than its baseline by 0.42 points (p = 5.7e-8)');
    assert.equal(verdictSentence(worse, names), 'student worse than its baseline by 0.42 points (p = 5.7e-8)');
    assert.equal(verdictSentence(even, names), 'student and its baseline cannot be told apart (p = 0.101)');
  });
});

describe('the verdicts of several seeds', () => {
  it('are one where they agree', () => {
    assert.equal(sharedVerdict(['better', 'better']), 'better');
    assert.equal(seedVerdictWords(['better', 'better']), 'better with each of 2 seeds');
    assert.equal(
      seedVerdictWords(['cannot be told', 'cannot be told', 'cannot be told']),
      'cannot be told with any of 3 seeds',
    );
    assert.equal(seedVerdictWords(['worse']), 'worse');
  });

  it('are counted where they disagree: none is picked', () => {
    assert.equal(sharedVerdict(['better', 'cannot be told', 'better']), null);
    assert.equal(
      seedVerdictWords(['better', 'cannot be told', 'better']),
      'seeds disagree: 2 better, 1 cannot be told',
    );
    assert.equal(seedVerdictWords(['worse', 'better']), 'seeds disagree: 1 better, 1 worse');
  });

  it('are nothing where nothing was compared', () => {
    assert.equal(sharedVerdict([]), null);
    assert.equal(seedVerdictWords([]), '');
  });
});
