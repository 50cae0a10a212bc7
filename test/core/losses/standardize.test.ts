import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distillationObjective } from '../../../src/core/losses/distillationObjective.js';
import { standardizeLogits } from '../../../src/core/losses/standardize.js';
import { distillSchema } from '../../../src/core/spec/spec.js';
import { objectiveGradient, standardizationGradient } from './gradients.js';
import { describeCase, readLossCases } from './lossCases.js';
import { assertNear } from '../near.js';

describe('standardizeLogits', () => {
  for (const example of readLossCases()) {
    const { teachers, student, classes, expected } = example;
    const [teacher] = teachers;
    const wanted = expected.standardizedHinton;
    if (wanted === undefined || teacher === undefined) continue;
    it(`composes with hinton to PyTorch's loss and gradient: ${describeCase(example)}`, () => {
      const { temperature, alpha, labels } = example;
      const spec = distillSchema.parse({ loss: 'hinton', temperature, alpha });
      const targets = {
        ...{ labels, classes },
        teachers: [standardizeLogits({ logits: teacher, classes })],
        student: standardizeLogits({ logits: student, classes }),
      };
      const objective = distillationObjective(spec, targets);
      assertNear(
        [objective.value, objective.distillationLoss, objective.studentLoss],
        [wanted.total, wanted.distillation, wanted.student],
        { tolerance: 1e-12, what: 'total, distillation, student' },
      );
      const gradient = standardizationGradient({
        ...{ logits: student, classes },
        gradient: objectiveGradient(spec, targets),
      });
      assertNear(gradient, wanted.gradient, { tolerance: 1e-12, what: 'gradient' });
    });
  }

  it('gives rows of mean 0 and deviation 1, zeros for equal logits, and no NaN in their gradient', () => {
    const logits = [1, 2, 3, 7, 7, 7];
    assertNear(standardizeLogits({ logits, classes: 3 }), [-1, 0, 1, 0, 0, 0], { tolerance: 1e-6, what: 'logits' });
    const gradient = standardizationGradient({ logits, classes: 3, gradient: Float64Array.of(1, 2, 3, 4, 5, 6) });
    assert.ok(gradient.every(Number.isFinite));
  });

  it('refuses rows of a single class', () => {
    assert.throws(() => standardizeLogits({ logits: [1, 2], classes: 1 }), RangeError);
  });
});
