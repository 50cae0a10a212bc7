import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accuracy,
  agreement,
  balancedAccuracy,
  classAverageSoftLabels,
  confusion,
  entropy,
  errors,
  noAnswer,
  perClass,
  predictions,
} from '../../../src/core/evaluation/evaluation.js';
import { crossEntropy } from '../../../src/core/losses/crossEntropy.js';
import { readEvaluationCases } from './evaluationCases.js';
import { assertNear } from '../near.js';

const tolerance = 1e-12;
const orNaN = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? NaN);

function assertScores(actual: readonly (number | null)[], expected: readonly (number | null)[], what: string): void {
  const isNull = (value: number | null): boolean => value === null;
  assert.deepEqual(actual.map(isNull), expected.map(isNull), `${what}: which are undefined`);
  const known = (values: readonly (number | null)[]): number[] => orNaN(values).filter((value) => !Number.isNaN(value));
  assertNear(known(actual), known(expected), { tolerance, what });
}

for (const example of readEvaluationCases().predictions) {
  const { logits, labels, classes } = example;
  describe(`${labels.length} random predictions of ${classes} classes, against scikit-learn and NumPy`, () => {
    it('counts the same confusion, accuracy and loss', () => {
      assert.deepEqual([...confusion(example)], example.confusion);
      assertNear([accuracy(example)], [example.accuracy], { tolerance, what: 'accuracy' });
      const balanced = { tolerance, what: 'balanced accuracy' };
      assertNear([balancedAccuracy(example)], [example.balancedAccuracy], balanced);
      assert.equal(errors(example), Math.round((1 - example.accuracy) * labels.length));
      assertNear([crossEntropy(example)], [example.logLoss], { tolerance, what: 'log loss' });
    });

    it('gives the same precision, recall and F1, and null where they are undefined', () => {
      const scores = perClass(example);
      assertScores(
        scores.map(({ precision }) => precision),
        example.precision,
        'precision',
      );
      assertScores(
        scores.map(({ recall }) => recall),
        example.recall,
        'recall',
      );
      assertScores(
        scores.map(({ f1 }) => f1),
        example.f1,
        'F1',
      );
      assert.deepEqual(
        scores.map(({ support }) => support),
        example.support,
      );
    });

    it('gives the same entropies and mean soft labels of each class', () => {
      assertNear(entropy({ logits, classes, temperature: 4 }), example.entropyAt4, { tolerance, what: 'entropy' });
      const means = classAverageSoftLabels({ ...example, temperature: 4 });
      for (const [truth, expected] of example.classAveragesAt4.entries()) {
        const row = means.subarray(truth * classes, (truth + 1) * classes);
        if (expected === null) assert.ok(row.every(Number.isNaN), 'no rows, no mean');
        else assertNear(row, expected, { tolerance, what: `soft labels of class ${truth}` });
      }
    });
  });
}

describe('predictions', () => {
  it('takes the first of equal logits', () => {
    assert.deepEqual([...predictions({ logits: [1, 1, 0, 0, 2, 2, 3, 3, 3], classes: 3 })], [0, 1, 0]);
  });

  it('gives no answer for a row with a logit that is not finite, wherever it stands', () => {
    const logits = [NaN, 1, 0, NaN, Infinity, 0, 0, -Infinity, -1, -2];
    assert.deepEqual([...predictions({ logits, classes: 2 })], [noAnswer, noAnswer, noAnswer, noAnswer, 0]);
  });

  it('counts such a row as wrong and as part of its class, in no cell and no bin', () => {
    const answers = { logits: [NaN, 0, 5, 0, 0, 5], labels: [0, 0, 1], classes: 2 };
    assert.equal(errors(answers), 1);
    assert.deepEqual([...confusion(answers)], [1, 0, 0, 1]);
    const [first] = perClass(answers);
    assert.deepEqual(first, { precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
  });

  it('refuses labels that do not belong to the logits', () => {
    assert.throws(() => errors({ logits: [1, 2], labels: [2], classes: 2 }), RangeError);
    assert.throws(() => confusion({ logits: [1, 2], labels: [0, 1], classes: 2 }), RangeError);
    assert.throws(() => classAverageSoftLabels({ logits: [1, 2], labels: [-1], classes: 2 }), RangeError);
  });
});

describe('agreement', () => {
  const right = [4, 0, 0];
  const answers: Record<string, number[]> = { right, wrong: [0, 4, 0], otherwise: [0, 0, 4], none: [NaN, 0, 0] };

  it('parts the rows by who is right, in all and by class', () => {
    const rows = [
      ['right', 'right'],
      ['right', 'wrong'],
      ['right', 'none'],
      ['wrong', 'right'],
      ['wrong', 'wrong'],
      ['wrong', 'otherwise'],
      ['none', 'none'],
    ] as const;
    const teacher = rows.flatMap(([name]) => answers[name] ?? []);
    const student = rows.flatMap(([, name]) => answers[name] ?? []);
    const counts = { bothRight: 1, onlyTeacherRight: 2, onlyStudentRight: 1, bothWrong: 3, sameAnswer: 2 };
    const none = { bothRight: 0, onlyTeacherRight: 0, onlyStudentRight: 0, bothWrong: 0, sameAnswer: 0 };
    const labels = rows.map(() => 0);
    assert.deepEqual(agreement({ teacher, student, labels, classes: 3 }), {
      ...counts,
      perClass: [counts, none, none],
    });
  });
});
