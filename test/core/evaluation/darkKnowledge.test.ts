import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { likeness, WrongClasses } from '../../../src/core/evaluation/darkKnowledge.js';
import { classAverageSoftLabels } from '../../../src/core/evaluation/evaluation.js';
import { KeptTally, type Kept, type LikenessEstimates } from '../../../src/core/evaluation/keptKnowledge.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { randomStream } from '../../../src/core/random.js';

const numbers = z.array(
  z
    .number()
    .nullable()
    .transform((cell) => cell ?? NaN),
);
const models = z.object({ student: numbers, baseline: numbers, difference: numbers });
const fixture = z.object({
  matrices: z.array(
    z.object({ classes: z.number(), teacher: numbers, student: numbers, overall: z.number(), byClass: numbers }),
  ),
  pairs: z.array(
    z.object({
      classes: z.number(),
      temperature: z.number(),
      labels: z.array(z.number()),
      logits: z.object({ teacher: z.array(z.number()), student: z.array(z.number()), baseline: z.array(z.number()) }),
      values: models,
      jackknife: models,
      bootstrap: models,
    }),
  ),
});
const { matrices, pairs } = fixture.parse(JSON.parse(readFileSync('test/fixtures/darkKnowledge.json', 'utf8')));

interface Answers {
  readonly classes: number;
  readonly temperature: number;
  readonly labels: ArrayLike<number>;
  readonly logits: Readonly<Record<'teacher' | 'student' | 'baseline', ArrayLike<number>>>;
}

function keptOf({ classes, temperature, labels, logits }: Answers): Kept {
  const of = (own: ArrayLike<number>) => ({
    soft: softmax({ logits: own, classes, temperature }),
    wrong: new WrongClasses(classAverageSoftLabels({ logits: own, labels, classes, temperature }), classes),
  });
  const [teacher, student, baseline] = [of(logits.teacher), of(logits.student), of(logits.baseline)];
  const support = new Int32Array(classes);
  for (const label of Array.from(labels)) support[label] = (support[label] ?? 0) + 1;
  const tally = new KeptTally({ teacher: teacher.wrong, student: student.wrong, baseline: baseline.wrong, support });
  for (let row = 0; row < labels.length; row++) {
    const [softOfTeacher, softOfStudent, softOfBaseline] = [teacher, student, baseline].map(({ soft }) =>
      soft.subarray(row * classes, (row + 1) * classes),
    );
    assert.ok(softOfTeacher && softOfStudent && softOfBaseline);
    tally.add({ truth: labels[row] ?? 0, teacher: softOfTeacher, student: softOfStudent, baseline: softOfBaseline });
  }
  return tally.result;
}

/** Over all, then class by class, as the fixture lists them. */
function valuesOf(estimates: LikenessEstimates | null): number[] {
  return [estimates?.overall, ...(estimates?.byClass ?? [])].map((estimate) => estimate?.value ?? NaN);
}

function assertClose(found: readonly number[], expected: readonly number[], { within }: { within: number }): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, at) => {
    const wanted = expected[at] ?? NaN;
    assert.ok(
      Object.is(value, wanted) || Math.abs(value - wanted) <= within,
      `${value} at ${at}, NumPy says ${wanted}`,
    );
  });
}

describe('likeness of two matrices', () => {
  it('is what NumPy says, rows of absent classes left out', () => {
    for (const { classes, teacher, student, overall, byClass } of matrices) {
      const found = likeness({
        teacher: new WrongClasses(teacher, classes),
        student: new WrongClasses(student, classes),
      });
      assertClose([found.overall ?? NaN, ...found.byClass], [overall, ...byClass], { within: 1e-12 });
    }
  });

  it('sees neither the diagonal nor how sure a model is of a class', () => {
    const teacher = [0.8, 0.15, 0.05, 0.2, 0.7, 0.1, 0.1, 0.3, 0.6];
    const student = teacher.map((cell, at) => (at % 4 === 0 ? 0.1 : (1 + Math.floor(at / 3)) * cell));
    const of = (matrix: number[]) => new WrongClasses(matrix, 3);
    const found = likeness({ teacher: of(teacher), student: of(student) });
    assertClose([found.overall ?? NaN, ...found.byClass], [1, 1, 1, 1], { within: 1e-12 });
  });

  it('cannot be told where nothing differs', () => {
    const flat = new WrongClasses(new Float64Array(9).fill(1 / 3), 3);
    assert.equal(likeness({ teacher: flat, student: flat }).overall, null);
    // Two classes leave one wrong class: it has all there is.
    const two = new WrongClasses([0.9, 0.1, 0.2, 0.8], 2);
    assert.equal(likeness({ teacher: two, student: two }).overall, null);
    assert.throws(() => new WrongClasses([1], 3), RangeError);
    assert.throws(() => likeness({ teacher: flat, student: two }), RangeError);
  });
});

describe('what was kept, over examples', () => {
  it('is as far from the baseline’s as NumPy says, as sure as its jackknife and its bootstrap say', () => {
    for (const pair of pairs) {
      const kept = keptOf(pair);
      for (const which of ['student', 'baseline', 'difference'] as const) {
        assertClose(valuesOf(kept[which]), pair.values[which], { within: 1e-9 });
      }
      const { overall, byClass } = kept.difference ?? {};
      const errors = [overall, ...(byClass ?? [])].map((estimate) => {
        assert.ok(estimate);
        return (estimate.interval.high - estimate.interval.low) / (2 * 1.959963984540054);
      });
      assertClose(errors, pair.jackknife.difference, { within: 1e-6 });
      const [error = NaN] = errors;
      const [resampled = NaN] = pair.bootstrap.difference;
      assert.ok(Math.abs(error / resampled - 1) < 0.05, `${error}, resampling says ${resampled}`);
    }
  });

  it('has intervals of correlations between −1 and 1, as wide as the jackknife says at their middle', () => {
    for (const pair of pairs) {
      const { overall } = keptOf(pair).student;
      assert.ok(overall);
      const { value, interval } = overall;
      assert.ok(-1 < interval.low && interval.low < value && value < interval.high && interval.high < 1);
      const width = (Math.atanh(interval.high) - Math.atanh(interval.low)) / (2 * 1.959963984540054);
      assert.ok(Math.abs(width * (1 - value ** 2) - (pair.jackknife.student[0] ?? NaN)) < 1e-6);
    }
  });

  const shape = fc.record({
    classes: fc.integer({ min: 3, max: 7 }),
    each: fc.integer({ min: 2, max: 5 }),
    temperature: fc.double({ min: 0.5, max: 20, noNaN: true }),
    seed: fc.nat(),
  });
  const drawn = ({
    classes,
    each,
    temperature,
    seed,
  }: {
    classes: number;
    each: number;
    temperature: number;
    seed: number;
  }) => {
    const logits = (what: string): Float32Array => {
      const values = new Float32Array(classes * each * classes);
      randomStream(seed, what).fillUniform(values, { low: -3, high: 3 });
      return values;
    };
    const labels = Array.from({ length: classes * each }, (_, row) => row % classes);
    const all = { teacher: logits('teacher'), student: logits('student'), baseline: logits('baseline') };
    return { classes, temperature, labels, logits: all };
  };

  it('is no estimate where a class has a single example', () => {
    const { student, difference } = keptOf(drawn({ classes: 4, each: 1, temperature: 2, seed: 1 }));
    assert.equal(student.overall, null);
    assert.deepEqual(difference?.byClass, [null, null, null, null]);
  });

  it('is 1 for certain of a student that says what the teacher says', () => {
    fc.assert(
      fc.property(shape, (setting) => {
        const answers = drawn(setting);
        const { student } = keptOf({ ...answers, logits: { ...answers.logits, student: answers.logits.teacher } });
        assertClose(valuesOf(student), Array(setting.classes + 1).fill(1), { within: 1e-9 });
        const { low = NaN, high = NaN } = student.overall?.interval ?? {};
        assertClose([low, high], [1, 1], { within: 1e-6 });
      }),
      { numRuns: 30 },
    );
  });

  it('moves with the classes when they are permuted, and is the same over all of them', () => {
    fc.assert(
      fc.property(shape, (setting) => {
        const answers = drawn(setting);
        const { classes } = setting;
        const moved = (label: number): number => (label + 1) % classes;
        const permuted = (logits: ArrayLike<number>): Float32Array => {
          const result = new Float32Array(logits.length);
          for (let at = 0; at < logits.length; at++) {
            result[at - (at % classes) + moved(at % classes)] = logits[at] ?? NaN;
          }
          return result;
        };
        const { teacher, student, baseline } = answers.logits;
        const before = keptOf(answers);
        const after = keptOf({
          ...answers,
          labels: Array.from(answers.labels, moved),
          logits: { teacher: permuted(teacher), student: permuted(student), baseline: permuted(baseline) },
        });
        const [overall = NaN, ...byClass] = valuesOf(before.difference);
        const turned = byClass.map((_, label) => byClass[(label + classes - 1) % classes] ?? NaN);
        assertClose(valuesOf(after.difference), [overall, ...turned], { within: 1e-9 });
        const { low = NaN, high = NaN } = before.difference?.overall?.interval ?? {};
        const { low: lowAfter = NaN, high: highAfter = NaN } = after.difference?.overall?.interval ?? {};
        assertClose([lowAfter, highAfter], [low, high], { within: 1e-9 });
      }),
      { numRuns: 30 },
    );
  });
});
