import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dkd } from '../../../src/core/losses/dkd.js';
import { klDivergence } from '../../../src/core/losses/objective.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { describeCase, readLossCases } from './lossCases.js';
import { assertNear } from '../near.js';

const cases = readLossCases();
const tolerance = 1e-12;

describe('dkd', () => {
  for (const example of cases) {
    const { teachers, expected } = example;
    const [teacher] = teachers;
    if (expected.dkd === undefined || teacher === undefined) continue;
    const { total, targetDivergence, otherDivergence, gradient } = expected.dkd;
    it(`and its gradient are PyTorch's: ${describeCase(example)}`, () => {
      const loss = dkd({ ...example, teacher, alpha: 1.5, beta: 4 });
      assertNear(
        [loss.value, loss.targetDivergence, loss.otherDivergence],
        [total, targetDivergence, otherDivergence],
        { tolerance, what: 'total, target, others' },
      );
      assertNear(loss.gradient, gradient, { tolerance, what: 'gradient' });
    });
  }

  it('makes up KL, row by row: TCKD + (1 − p_target)·NCKD', () => {
    for (const { teachers, student, labels, classes, temperature } of cases) {
      const [teacher = []] = teachers;
      for (const [row, label] of labels.entries()) {
        const one = {
          teacher: teacher.slice(row * classes, (row + 1) * classes),
          student: student.slice(row * classes, (row + 1) * classes),
          classes,
          temperature,
        };
        const { targetDivergence, otherDivergence } = dkd({ ...one, labels: [label] });
        const p = softmax({ logits: one.teacher, classes, temperature })[label] ?? NaN;
        const sum = targetDivergence + (1 - p) * otherDivergence;
        assertNear([sum], [klDivergence(one).value], { tolerance: 1e-11, what: 'KL' });
      }
    }
  });

  it('has no other classes to compare where there are two, and no infinity where a probability is 0', () => {
    const two = dkd({ teacher: [1e4, -1e4], student: [-1e4, 1e4], labels: [1], classes: 2, temperature: 1 });
    assert.equal(two.otherDivergence, 0);
    assert.ok(Number.isFinite(two.value) && two.gradient.every(Number.isFinite));
    const three = dkd({ teacher: [1e4, 0, 0], student: [0, 0, 1e4], labels: [0], classes: 3, temperature: 4 });
    assert.ok(Number.isFinite(three.value) && three.gradient.every(Number.isFinite));
  });

  it('refuses a single class, and shapes that do not belong together', () => {
    assert.throws(() => dkd({ teacher: [1], student: [1], labels: [0], classes: 1, temperature: 1 }), RangeError);
    assert.throws(() => dkd({ teacher: [1], student: [1, 2], labels: [0], classes: 2, temperature: 1 }), RangeError);
    assert.throws(() => dkd({ teacher: [1, 2], student: [1, 2], labels: [2], classes: 2, temperature: 1 }), RangeError);
  });
});
