import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { calibration, meansOf, type Calibration } from '../../../src/core/evaluation/calibration.js';
import {
  agreement,
  classAverageSoftLabels,
  entropy,
  noAnswer,
  predictions,
} from '../../../src/core/evaluation/evaluation.js';
import { logSoftLabels } from '../../../src/core/losses/softmax.js';
import { splitSumsOf } from '../../../webview/sums/splitSums.js';
import { entropyOf, RowSoftener } from '../../../webview/sums/rowSoftener.js';
import { wholeOf } from '../../../webview/sums/steps.js';
import { assertNear } from '../../core/near.js';
import { examplesIn, splitLogitsOf, testSums } from '../sums/testSums.js';
import { answersOf } from './cases.js';
import { parts } from '../../../webview/parts/partition.js';

/** The fast path may be this far from core's float64 functions. */
const tolerance = 1e-9;

/** A confidence within rounding of an edge may fall into either bin, so bins are compared by what they sum up to. */
function assertSameCalibration(found: Calibration, expected: Calibration): void {
  const figures = ({ logLoss, brier, bins }: Calibration): number[] => {
    const { count, confidence, accuracy } = meansOf({ bins });
    return [logLoss ?? NaN, brier ?? NaN, count, confidence ?? NaN, accuracy ?? NaN];
  };
  assertNear([found.error ?? NaN], [expected.error ?? NaN], { tolerance, what: 'calibration error' });
  assertNear(figures(found), figures(expected), { tolerance, what: 'calibration' });
}

const shape = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  classes: fc.integer({ min: 2, max: 12 }),
  teachers: fc.integer({ min: 1, max: 3 }),
  ensemble: fc.constantFrom('probabilities' as const, 'logits' as const),
  temperature: fc.double({ min: 0.3, max: 60, noNaN: true }),
  seed: fc.nat(),
});

describe('one pass over a split', () => {
  it('says what core says: divergences, class averages, calibration', () => {
    fc.assert(
      fc.property(shape, (setting) => {
        const { n, classes, temperature, ensemble, seed } = setting;
        const student = answersOf({ n, classes, seed });
        const teachers = Array.from({ length: setting.teachers }, (_, k) =>
          answersOf({ n, classes, seed: seed + k + 1 }),
        );
        const split = splitLogitsOf({ subject: student, role: 'student', teachers, ensemble, baseline: null });
        const overall = wholeOf(splitSumsOf(split, temperature));

        const softened = { classes, temperature, ensemble };
        const ofTeacher = logSoftLabels({ teachers: teachers.map(({ logits }) => logits), ...softened });
        const ofStudent = logSoftLabels({ teachers: [student.logits], ...softened });
        const divergence = Float64Array.from({ length: n }, (_, row) => {
          let sum = 0;
          for (let i = row * classes; i < (row + 1) * classes; i++) {
            sum += Math.exp(ofTeacher[i] ?? NaN) * ((ofTeacher[i] ?? NaN) - (ofStudent[i] ?? NaN));
          }
          return sum;
        });
        assertNear(overall.divergence ?? [], divergence, { tolerance, what: 'divergence' });

        const { labels } = student;
        for (const [column, logits] of [
          [overall.teacher, ofTeacher],
          [overall.subject, ofStudent],
        ] as const) {
          assert.ok(column !== null);
          // The logarithms of soft labels are logits of the same soft labels at T = 1.
          const means = classAverageSoftLabels({ logits, labels, classes });
          assertNear(
            column.matrix.map((cell) => (Number.isNaN(cell) ? -1 : cell)),
            means.map((cell) => (Number.isNaN(cell) ? -1 : cell)),
            { tolerance, what: 'class averages' },
          );
          assertSameCalibration(column.calibration, calibration({ logits, labels, classes }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out of the calibration what is no answer', async () => {
    const student = answersOf({ n: 4, classes: 3, seed: 1 });
    student.logits[4] = NaN;
    const asked = {
      subject: student,
      role: 'student',
      teachers: [],
      ensemble: 'probabilities',
      baseline: null,
    } as const;
    const overall = wholeOf(splitSumsOf(splitLogitsOf(asked), 2));
    assertSameCalibration(overall.subject.calibration, calibration({ ...student, temperature: 2 }));
    assert.equal(meansOf(overall.subject.calibration).count, 3);
    const examples = await examplesIn(testSums().sums, asked);
    assert.equal(examples.subject.predicted[1], noAnswer);
  });
});

describe('the examples', () => {
  it('fall into the parts that core counts, and are answered as core says', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ n, classes, seed }) => {
        const subject = answersOf({ n, classes, seed });
        const teacher = answersOf({ n, classes, seed: seed + 1 });
        const examples = await examplesIn(testSums().sums, {
          subject,
          role: 'student',
          teachers: [teacher],
          ensemble: 'probabilities',
          baseline: null,
        });
        assert.deepEqual(examples.subject.predicted, predictions(subject));
        const counts = agreement({ ...subject, teacher: teacher.logits, student: subject.logits });
        const found = parts.map((_, part) => examples.part?.filter((own) => own === part).length);
        assert.deepEqual(found, [counts.bothRight, counts.onlyTeacherRight, counts.onlyStudentRight, counts.bothWrong]);
      }),
      { numRuns: 40 },
    );
  });

  it('are not compared with others', async () => {
    const { sums } = testSums();
    const subject = answersOf({ n: 4, classes: 3, seed: 1 });
    const teacher = answersOf({ n: 5, classes: 3, seed: 1 });
    const relabelled = { ...subject, labels: subject.labels.map((label) => 2 - label) };
    for (const other of [teacher, relabelled]) {
      const put = { subject, role: 'student', ensemble: 'probabilities' } as const;
      await assert.rejects(examplesIn(sums, { ...put, teachers: [other], baseline: null }), /other examples/);
      await assert.rejects(examplesIn(sums, { ...put, teachers: [], baseline: other }), /other examples/);
    }
  });
});

describe('entropyOf', () => {
  it('is what core says', () => {
    const { n, ...rows } = answersOf({ n: 20, classes: 7, seed: 3 });
    const softener = new RowSoftener([rows.logits], rows.classes);
    const found = Float64Array.from({ length: n }, (_, row) => {
      softener.soften({ row, temperature: 3 });
      return entropyOf(softener);
    });
    assertNear(found, entropy({ ...rows, temperature: 3 }), { tolerance, what: 'entropy' });
  });
});
