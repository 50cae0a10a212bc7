import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GradientTerms } from '../../../src/core/losses/gradientTerms.js';
import { added, averaged, epochSumsSchema, noSums } from '../../../src/trainer/training/epochSums.js';
import type { StepReport } from '../../../src/trainer/training/journal.js';

const report = (terms: GradientTerms | null): StepReport => ({
  ...{ step: 1, correct: 5 },
  metrics: {
    ...{ loss: 1, studentLoss: 2, distillationLoss: 3, learningRate: 0.1 },
    ...(terms && {
      distillationGradient: terms.distillation,
      studentGradient: terms.student,
      gradientCosine: terms.cosine,
    }),
  },
});

describe('what an epoch adds up to', () => {
  it('has the means of the gradients, the cosine’s over the steps that have one', () => {
    const steps = [
      { distillation: 0, student: 4, cosine: NaN },
      { distillation: 1, student: 2, cosine: 0.5 },
      { distillation: 2, student: 0, cosine: NaN },
      { distillation: 3, student: 2, cosine: -0.25 },
    ];
    const { distillationGradient, studentGradient, gradientCosine } = averaged(
      steps.map(report).reduce(added, noSums),
      10,
    );
    assert.deepEqual([distillationGradient, studentGradient, gradientCosine], [1.5, 2, 0.125]);
    const alone = averaged([{ distillation: 0, student: 4, cosine: NaN }].map(report).reduce(added, noSums), 10);
    assert.deepEqual([alone.distillationGradient, alone.gradientCosine], [0, undefined]);
  });

  it('has none without a teacher', () => {
    const metrics = averaged([report(null), report(null)].reduce(added, noSums), 10);
    assert.deepEqual(
      Object.keys(metrics).filter((name) => /gradient/i.test(name)),
      [],
    );
  });

  it('says nothing of gradients in an epoch that was begun without looking at them', () => {
    const old = epochSumsSchema.parse({ steps: 7, correct: 3, loss: 1, studentLoss: 1, distillationLoss: 1 });
    const terms = { distillation: 1, student: 1, cosine: 1 };
    assert.equal(averaged([report(terms), report(terms)].reduce(added, old), 10).distillationGradient, undefined);
    assert.equal(averaged([report(terms)].reduce(added, noSums), 10).distillationGradient, 1);
  });
});
