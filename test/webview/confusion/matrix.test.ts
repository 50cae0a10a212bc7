import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { calibration as calibrationOf } from '../../../src/core/evaluation/calibration.js';
import {
  accuracy,
  agreement,
  confusion,
  noAnswer,
  perClass,
  type Answers,
} from '../../../src/core/evaluation/evaluation.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { confidencesOf, probabilityOf, type Confidences } from '../../../webview/sums/confidences.js';
import { wholeOf } from '../../../webview/sums/steps.js';
import { classScores } from '../../../webview/confusion/tables/classScores.js';
import { confusedPairs } from '../../../webview/sums/confusedPairs.js';
import { judge, mismatch } from '../../../webview/sums/judged.js';
import { differenceOf, isBetter, largest, matrixOf } from '../../../webview/confusion/matrix/matrix.js';
import { partition } from '../../../webview/parts/partition.js';
import { readEvaluationCases } from '../../core/evaluation/evaluationCases.js';
import { assertNear } from '../../core/near.js';
import { readConfusionCases } from './confusionCases.js';
import { randomPair } from './pairs.js';

const tolerance = 1e-12;

function confidencesIn({ logits, labels, classes }: Answers, { predicted }: { predicted: Int32Array }): Confidences {
  const model = { members: [Float64Array.from(logits)], ensemble: 'probabilities', classes } as const;
  return wholeOf(confidencesOf({ ...model, labels: Int32Array.from(labels) }, predicted));
}

for (const { classes, labels, logits, counts, shares, all, byClass } of readConfusionCases().pairs) {
  describe(`two models on ${labels.length} examples of ${classes} classes, against scikit-learn and NumPy`, () => {
    const first = judge({ logits: logits[0], labels, classes });
    const second = judge({ logits: logits[1], labels, classes });

    it('has the same counts, shares of the row and differences, and no share where a class never occurs', () => {
      assert.deepEqual([...matrixOf(first, 'count')], counts[0]);
      assert.deepEqual([...matrixOf(second, 'count')], counts[1]);
      const difference = differenceOf({ first: matrixOf(first, 'share'), second: matrixOf(second, 'share') });
      for (const [cell, share] of shares[0].entries()) {
        const other = shares[1][cell] ?? null;
        const [ours = 0, theirs = 0] = [matrixOf(first, 'share')[cell], difference[cell]];
        if (share === null || other === null) assert.ok(Number.isNaN(ours) && Number.isNaN(theirs));
        else assertNear([ours, theirs], [share, other - share], { tolerance, what: `cell ${cell}` });
      }
    });

    it('has the same agreement partition, in all and by class', () => {
      assert.deepEqual(partition({ first, second }), { all, byClass });
    });
  });
}

describe('what is counted once', () => {
  it('gives the scores, the matrix and the calibration that core gives', () => {
    for (const example of readEvaluationCases().predictions) {
      const judged = judge(example);
      assert.deepEqual([...judged.counts], example.confusion);
      assert.deepEqual(classScores(judged), perClass(example));
      assertNear([judged.right / example.labels.length], [example.accuracy], { tolerance, what: 'accuracy' });
      const calibration = confidencesIn(example, judged);
      const wanted = example.calibration.find(({ temperature }) => temperature === 1);
      assertNear([calibration.error ?? NaN], [wanted?.error ?? NaN], { tolerance, what: 'calibration error' });
    }
  });

  it('agrees with core on any logits, with rows that have no answer', () => {
    fc.assert(
      fc.property(randomPair, ({ first, second }) => {
        const { answers, classes } = first;
        assert.deepEqual(first.counts, confusion(answers));
        assert.deepEqual(classScores(first), perClass(answers));
        assertNear([first.right / first.predicted.length], [accuracy(answers)], { tolerance, what: 'accuracy' });
        const calibration = confidencesIn(answers, first);
        const { error } = calibrationOf(answers);
        assert.equal(calibration.error === null, error === null);
        assertNear([calibration.error ?? 0], [error ?? 0], { tolerance, what: 'calibration error' });
        const { perClass: byClass, ...all } = agreement({
          teacher: answers.logits,
          student: second.answers.logits,
          labels: answers.labels,
          classes,
        });
        const renamed = [all, ...byClass].map((part) => ({
          bothRight: part.bothRight,
          onlyFirst: part.onlyTeacherRight,
          onlySecond: part.onlyStudentRight,
          bothWrong: part.bothWrong,
          same: part.sameAnswer,
        }));
        const found = partition({ first, second });
        assert.deepEqual([found.all, ...found.byClass], renamed);
      }),
    );
  });

  it('gives the probabilities that softmax gives', () => {
    for (const { logits, labels, classes } of readEvaluationCases().predictions) {
      const { predicted } = judge({ logits, labels, classes });
      const confidences = confidencesIn({ logits, labels, classes }, { predicted });
      const soft = softmax({ logits, classes });
      for (const [at, expected] of soft.entries()) {
        const [row, label] = [Math.floor(at / classes), at % classes];
        const found = probabilityOf({ logits, classes }, { row, label });
        assertNear([found], [expected], { tolerance, what: 'probability' });
        if (label === predicted[row]) assert.equal(confidences.ofAnswer[row], found);
        if (label === labels[row] && predicted[row] !== noAnswer) assert.equal(confidences.ofTruth[row], found);
      }
    }
  });
});

describe('matrices', () => {
  it('has rows that sum to the support, less the rows without a prediction', () => {
    fc.assert(
      fc.property(randomPair, ({ first: { counts, support, unanswered, classes } }) => {
        let missing = 0;
        for (let truth = 0; truth < classes; truth++) {
          const row = counts.subarray(truth * classes, (truth + 1) * classes).reduce((sum, value) => sum + value, 0);
          assert.ok(row <= (support[truth] ?? 0));
          missing += (support[truth] ?? 0) - row;
        }
        assert.equal(missing, unanswered);
      }),
    );
  });

  it('has a difference that changes its sign when the two change places', () => {
    fc.assert(
      fc.property(randomPair, fc.constantFrom('count' as const, 'share' as const), ({ first, second }, measure) => {
        const [ours, theirs] = [matrixOf(first, measure), matrixOf(second, measure)];
        const forth = differenceOf({ first: ours, second: theirs });
        const back = differenceOf({ first: theirs, second: ours });
        for (const [cell, value] of forth.entries())
          assert.ok(Object.is(value + (back[cell] ?? 1), NaN) || value === -(back[cell] ?? NaN));
      }),
    );
  });

  it('takes more on the diagonal and less beside it for the better', () => {
    assert.equal(isBetter({ truth: 1, answer: 1 }, 3), true);
    assert.equal(isBetter({ truth: 1, answer: 1 }, -3), false);
    assert.equal(isBetter({ truth: 1, answer: 2 }, 3), false);
    assert.equal(isBetter({ truth: 1, answer: 2 }, -3), true);
  });

  it('finds the largest magnitude, with the diagonal or without', () => {
    const values = Float64Array.of(90, -7, 3, NaN);
    assert.equal(largest(values, { classes: 2, diagonal: true }), 90);
    assert.equal(largest(values, { classes: 2, diagonal: false }), 7);
  });
});

describe('confusedPairs', () => {
  it('lists every error once, the most frequent first', () => {
    fc.assert(
      fc.property(randomPair, ({ first, second }) => {
        const pairs = confusedPairs({ first, second });
        const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
        for (const [judged, of] of [
          [first, pairs.map((pair) => pair.first)],
          [second, pairs.map((pair) => pair.second ?? NaN)],
        ] as const) {
          assert.equal(sum(of), judged.predicted.length - judged.right - judged.unanswered);
        }
        const totals = pairs.map((pair) => pair.first + (pair.second ?? NaN));
        assert.deepEqual(
          totals,
          [...totals].sort((a, b) => b - a),
        );
      }),
    );
  });
});

describe('mismatch', () => {
  const answers = (labels: number[], classes: number): Parameters<typeof judge>[0] => ({
    logits: new Float32Array(labels.length * classes),
    labels,
    classes,
  });

  it('says why two models cannot be compared', () => {
    const first = judge(answers([0, 1], 2));
    assert.equal(mismatch({ first, second: judge(answers([0, 1], 2)) }), null);
    assert.match(mismatch({ first, second: judge(answers([0, 1], 3)) }) ?? '', /2 classes, the other 3/);
    assert.match(mismatch({ first, second: judge(answers([0], 2)) }) ?? '', /2 examples, the other 1/);
    assert.match(mismatch({ first, second: judge(answers([0, 0], 2)) }) ?? '', /example 1 /);
  });
});
