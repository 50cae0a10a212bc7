import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distillationObjective } from '../../../src/core/losses/distillationObjective.js';
import { decoupledDivergences } from '../../../src/core/losses/dkd.js';
import { klDivergence } from '../../../src/core/losses/divergence.js';
import { softRows } from '../../../src/core/losses/softRows.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { distillSchema } from '../../../src/core/spec/spec.js';
import { objectiveGradient } from './gradients.js';
import { describeCase, readLossCases } from './lossCases.js';
import { assertNear } from '../near.js';

const cases = readLossCases();
const tolerance = 1e-12;

/** Of one teacher, with the spec's weights at 1 unless others are given. */
function dkd({ teacher, labels, weights = {}, ...part }: One & { weights?: object }) {
  const { classes, student, temperature } = part;
  const spec = distillSchema.parse({ loss: 'dkd', alpha: 1, temperature, ...weights });
  const targets = { teachers: [teacher], student, labels, classes };
  const { target, others } = decoupledDivergences(softRows({ ...part, teachers: [teacher] }), labels);
  return {
    target,
    others,
    value: distillationObjective(spec, targets).value,
    gradient: objectiveGradient(spec, targets),
  };
}

interface One {
  readonly teacher: readonly number[];
  readonly student: readonly number[];
  readonly labels: readonly number[];
  readonly classes: number;
  readonly temperature: number;
}

describe('dkd', () => {
  for (const example of cases) {
    const { teachers, student, labels, classes, temperature, expected } = example;
    const [teacher] = teachers;
    if (expected.dkd === undefined || teacher === undefined) continue;
    const { total, targetDivergence, otherDivergence, gradient } = expected.dkd;
    it(`and its gradient are PyTorch's: ${describeCase(example)}`, () => {
      const weights = { target: 1.5, nonTarget: 4 };
      const loss = dkd({ teacher, student, labels, classes, temperature, weights });
      assertNear([loss.value, loss.target, loss.others], [total, targetDivergence, otherDivergence], {
        tolerance,
        what: 'total, target, others',
      });
      assertNear(loss.gradient, gradient, { tolerance, what: 'gradient' });
    });
  }

  it('makes up KL, row by row: TCKD + (1 − p_target)·NCKD', () => {
    for (const { teachers, student, labels, classes, temperature } of cases) {
      const [teacher = []] = teachers;
      for (const [row, label] of labels.entries()) {
        const one = {
          teachers: [teacher.slice(row * classes, (row + 1) * classes)],
          student: student.slice(row * classes, (row + 1) * classes),
          classes,
          temperature,
        };
        const { target, others } = decoupledDivergences(softRows(one), [label]);
        const p = softmax({ logits: one.teachers[0] ?? [], classes, temperature })[label] ?? NaN;
        const sum = target + (1 - p) * others;
        assertNear([sum], [klDivergence(softRows(one))], { tolerance: 1e-11, what: 'KL' });
      }
    }
  });

  it('has no other classes to compare where there are two, and no infinity where a probability is 0', () => {
    const two = dkd({ teacher: [1e4, -1e4], student: [-1e4, 1e4], labels: [1], classes: 2, temperature: 1 });
    assert.equal(two.others, 0);
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
