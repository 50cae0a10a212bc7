import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { distillationObjective } from '../../../src/core/losses/distillationObjective.js';
import { crossEntropy } from '../../../src/core/losses/crossEntropy.js';
import { klDivergence } from '../../../src/core/losses/divergence.js';
import { softRows } from '../../../src/core/losses/softRows.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { distillSchema } from '../../../src/core/spec/spec.js';
import { crossEntropyGradient, divergenceGradient, objectiveGradient } from './gradients.js';
import { describeCase, readLossCases, recordedObjectives } from './lossCases.js';
import { assertNear } from '../near.js';

const cases = readLossCases();
const tolerance = 1e-12;

/** Two rows' worth of logits of equal shape, with labels. */
const batches = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 6 })).chain(([n, classes]) =>
  fc.record({
    classes: fc.constant(classes),
    teacher: fc.array(fc.double({ min: -50, max: 50, noNaN: true }), {
      minLength: n * classes,
      maxLength: n * classes,
    }),
    student: fc.array(fc.double({ min: -50, max: 50, noNaN: true }), {
      minLength: n * classes,
      maxLength: n * classes,
    }),
    labels: fc.array(fc.nat(classes - 1), { minLength: n, maxLength: n }),
    temperature: fc.constantFrom(0.5, 1, 4, 20, 1000),
  }),
);

type Targets = Parameters<typeof distillationObjective>[1];
type Settings = { readonly temperature: number; readonly alpha: number; readonly ensemble?: string };

/** The objective of a loss without settings of its own, and its gradient. */
const objective =
  (loss: 'hinton' | 'snippet') =>
  ({ temperature, alpha, ensemble, ...targets }: Targets & Settings) => {
    // Temperatures go beyond what an experiment may ask for.
    const spec = { ...distillSchema.parse({ loss, ensemble }), temperature, alpha };
    return { ...distillationObjective(spec, targets), gradient: objectiveGradient(spec, targets) };
  };
const [hinton, snippet] = [objective('hinton'), objective('snippet')];

/** KL of one teacher and its gradient. */
function divergence({ teacher, student, classes, temperature = 1 }: Divergence) {
  const rows = { teachers: [teacher], student, classes, temperature };
  return { value: klDivergence(softRows(rows)), gradient: divergenceGradient(rows) };
}

interface Divergence {
  readonly teacher: readonly number[];
  readonly student: readonly number[];
  readonly classes: number;
  readonly temperature?: number;
}

const norm = (values: Float64Array): number => Math.hypot(...values);

describe('distillationObjective', () => {
  for (const example of cases) {
    for (const { name, spec, expected } of recordedObjectives(example)) {
      it(`${name} and its gradient are PyTorch's: ${describeCase(example)}`, () => {
        const { value, distillationLoss, studentLoss } = distillationObjective(spec, example);
        assertNear([value, distillationLoss, studentLoss], [expected.total, expected.distillation, expected.student], {
          tolerance,
          what: 'total, distillation, student',
        });
        assertNear(objectiveGradient(spec, example), expected.gradient, { tolerance, what: 'gradient' });
      });
    }
  }

  it('is cross entropy at alpha 0, whatever the teacher says', () => {
    for (const { student, labels, classes, teachers } of cases) {
      const alone = crossEntropy({ logits: student, labels, classes });
      const together = hinton({ teachers, student, labels, classes, temperature: 4, alpha: 0 });
      assertNear([together.value], [alone], { tolerance, what: 'value' });
      const gradient = crossEntropyGradient({ logits: student, labels, classes });
      assertNear(together.gradient, gradient, { tolerance, what: 'gradient' });
    }
  });

  it('refuses shapes and labels that do not belong together', () => {
    const good = { teachers: [[1, 2, 3, 4]], student: [1, 2, 3, 4], labels: [0, 1], classes: 2 };
    const settings = { temperature: 4, alpha: 0.9 };
    assert.ok(Number.isFinite(hinton({ ...good, ...settings }).value));
    const bad = [
      { ...good, classes: 3 },
      { ...good, labels: [0] },
      { ...good, labels: [0, 2] },
      { ...good, labels: [0, -1] },
      { ...good, labels: [0, 0.5] },
      { ...good, teachers: [[1, 2]] },
      { ...good, teachers: [] },
      {
        ...good,
        teachers: [
          [1, 2, 3, 4],
          [1, 2],
        ],
      },
    ];
    for (const targets of bad) assert.throws(() => hinton({ ...targets, ...settings }), RangeError);
    for (const temperature of [0, -1, NaN]) assert.throws(() => hinton({ ...good, temperature, alpha: 1 }), RangeError);
  });
});

describe('klDivergence', () => {
  it('is never negative, and 0 with no gradient only where student and teacher agree', () => {
    fc.assert(
      fc.property(batches, ({ teacher, student, classes, temperature }) => {
        const { value } = divergence({ teacher, student, classes, temperature });
        assert.ok(value >= -1e-14, `KL ${value}`);
        const same = divergence({ teacher, student: teacher, classes, temperature });
        assert.equal(same.value, 0);
        assert.equal(norm(same.gradient), 0);
        const p = softmax({ logits: teacher, classes, temperature });
        const q = softmax({ logits: student, classes, temperature });
        // Pinsker's inequality: KL is at least twice the square of the largest difference of probabilities.
        const largest = p.reduce((most, value, i) => Math.max(most, Math.abs(value - (q[i] ?? NaN))), 0);
        const n = teacher.length / classes;
        assert.ok(value >= (2 * largest * largest) / n - 1e-12);
      }),
    );
  });

  it('does not change when a number is added to all logits of a row', () => {
    fc.assert(
      fc.property(batches, fc.double({ min: -100, max: 100, noNaN: true }), (batch, shift) => {
        const shifted = batch.student.map((logit) => logit + shift);
        const { value } = divergence(batch);
        assertNear([divergence({ ...batch, student: shifted }).value], [value], { tolerance: 1e-10, what: 'KL' });
      }),
    );
  });

  it('has the gradient that finite differences give', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const { gradient } = divergence(batch);
        const step = 1e-5;
        const numeric = batch.student.map((_, i) => {
          const moved = (by: number): number =>
            divergence({ ...batch, student: batch.student.map((z, j) => (i === j ? z + by : z)) }).value;
          return (moved(step) - moved(-step)) / (2 * step);
        });
        assertNear(gradient, numeric, { tolerance: 1e-7, what: 'gradient' });
      }),
      { numRuns: 40 },
    );
  });

  it('takes the logarithm of the student: with its softmax itself the result would be negative', () => {
    const teacher = [2, 1, 0];
    const student = [0, 1, 2];
    const p = softmax({ logits: teacher, classes: 3 });
    const q = softmax({ logits: student, classes: 3 });
    const trap = p.reduce((sum, value, i) => sum + value * (Math.log(value) - (q[i] ?? NaN)), 0);
    assert.ok(trap < 0, `trap ${trap}`);
    assert.ok(divergence({ teacher, student, classes: 3 }).value > 0);
  });

  it('is summed over classes and averaged over the batch: the same rows twice give the same loss', () => {
    for (const { teachers, student, classes, temperature } of cases.filter(({ n }) => n > 1)) {
      const [teacher = []] = teachers;
      const once = divergence({ teacher, student, classes, temperature });
      const twice = divergence({
        teacher: [...teacher, ...teacher],
        student: [...student, ...student],
        classes,
        temperature,
      });
      assertNear([twice.value], [once.value], { tolerance, what: 'KL' });
    }
    // One row, p = (1/2, 1/2), q = (9/10, 1/10): ½ log(5/9) + ½ log 5; the mean over classes would be half of it.
    const { value } = divergence({ teacher: [0, 0], student: [Math.log(9), 0], classes: 2 });
    assertNear([value], [0.5 * Math.log(5 / 9) + 0.5 * Math.log(5)], { tolerance, what: 'KL' });
  });

  it('knows the teacher from the student', () => {
    const sharp = [Math.log(9), 0];
    const flat = [0, 0];
    const { value } = divergence({ teacher: sharp, student: flat, classes: 2 });
    assertNear([value], [0.9 * Math.log(1.8) + 0.1 * Math.log(0.2)], { tolerance, what: 'KL' });
  });
});

describe('hinton', () => {
  it('multiplies by T²: soft gradients keep their size at high temperatures', () => {
    const teachers = [[3, -1, 0.5, 2, -2, 0]];
    const student = [0.2, 1, -0.7, -1, 0, 1.3];
    const at = (temperature: number): number =>
      norm(hinton({ teachers, student, labels: [0, 1], classes: 3, temperature, alpha: 1 }).gradient);
    const bare = (temperature: number): number =>
      norm(divergence({ teacher: teachers[0] ?? [], student, classes: 3, temperature }).gradient);
    assert.ok(Math.abs(at(200) / at(50) - 1) < 0.02, `T 200 against T 50: ${at(200) / at(50)}`);
    assert.ok(bare(200) / bare(50) < 0.07, 'without T² sixteen times smaller');
    // Its limit is the match of centred logits: (z_s − z_t) / (n·C), each row less its mean (Hinton 2015, section 2.1).
    const limit = new Float64Array(6);
    const difference = student.map((z, i) => z - (teachers[0]?.[i] ?? NaN));
    for (let row = 0; row < 2; row++) {
      const mean = difference.slice(row * 3, row * 3 + 3).reduce((sum, d) => sum + d, 0) / 3;
      for (let i = row * 3; i < row * 3 + 3; i++) limit[i] = ((difference[i] ?? NaN) - mean) / 6;
    }
    const { gradient } = hinton({ teachers, student, labels: [0, 1], classes: 3, temperature: 1e6, alpha: 1 });
    assertNear(gradient, limit, { tolerance: 1e-5, what: 'gradient' });
  });

  it('uses the hard labels at T = 1 only', () => {
    const [example] = cases;
    assert.ok(example);
    const losses = [1, 4, 20].map((temperature) => hinton({ ...example, temperature, alpha: 0.5 }).studentLoss);
    assert.equal(new Set(losses).size, 1);
  });

  it('stays finite for logits of 10,000 and float32 at any temperature', () => {
    const teachers = [new Float32Array([1e4, -1e4, 0, -1e4, 1e4, 1e4])];
    const student = new Float32Array([-1e4, 1e4, 0, 1e4, -1e4, 0]);
    for (const temperature of [0.01, 1, 20, 1000]) {
      for (const loss of [hinton, snippet]) {
        const { value, gradient } = loss({ teachers, student, labels: [0, 2], classes: 3, temperature, alpha: 0.9 });
        assert.ok(Number.isFinite(value) && gradient.every(Number.isFinite), `T ${temperature}: ${value}`);
      }
    }
    assert.equal(crossEntropy({ logits: [1e4, -1e4], labels: [1], classes: 2 }), 2e4);
  });
});

describe('snippet', () => {
  it('weighs the soft part, in batchmean terms, by (2·T² + α) / C: 3.29 at T 4, α 0.9, 10 classes', () => {
    const example = cases.find(({ classes, teachers }) => classes === 10 && teachers.length === 1);
    assert.ok(example);
    const { value, studentLoss } = snippet({ ...example, temperature: 4, alpha: 0.9 });
    const kl = divergence({ ...example, teacher: example.teachers[0] ?? [], temperature: 4 }).value;
    assertNear([(value - 0.1 * studentLoss) / kl], [3.29], { tolerance, what: 'weight' });
  });
});
