import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gradientShare, gradientTerms } from '../../../src/core/losses/gradientTerms.js';
import { assertNear } from '../near.js';

const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 6, maxLength: 6 });

describe('gradientTerms', () => {
  it('are of an example’s own loss, whatever the size of the batch', () => {
    // One example twice: its rows of the batch's gradient are halved, and its norm and angle stay.
    const [d, s] = [
      [3, -4],
      [1, 1],
    ];
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
    const products = (copies: number) => ({
      distillationSquares: copies * (dot(d, d) / copies ** 2),
      studentSquares: copies * (dot(s, s) / copies ** 2),
      product: copies * (dot(d, s) / copies ** 2),
    });
    for (const n of [1, 2, 50]) {
      const { distillation, student, cosine } = gradientTerms(products(n), { n });
      const wanted = [5, Math.SQRT2, -1 / (5 * Math.SQRT2)];
      assertNear([distillation, student, cosine], wanted, { tolerance: 1e-12, what: `a batch of ${n}` });
    }
  });

  it('have no cosine where one of the gradients is 0, and none beyond 1', () => {
    assert.ok(Number.isNaN(gradientTerms({ distillationSquares: 0, studentSquares: 4, product: 0 }, { n: 1 }).cosine));
    assert.equal(gradientTerms({ distillationSquares: 1, studentSquares: 1, product: 1.0000001 }, { n: 1 }).cosine, 1);
    assert.equal(
      gradientTerms({ distillationSquares: 1, studentSquares: 1, product: -1.0000001 }, { n: 1 }).cosine,
      -1,
    );
  });

  it('give back the size of the whole gradient', () => {
    fc.assert(
      fc.property(numbers, numbers, (d, s) => {
        const sum = (value: (i: number) => number): number => d.reduce((total, _, i) => total + value(i), 0);
        const [at, of] = [(i: number) => d[i] ?? NaN, (i: number) => s[i] ?? NaN];
        const squares = [sum((i) => at(i) ** 2), sum((i) => of(i) ** 2)] as const;
        fc.pre(Math.min(...squares) > 1e-6);
        const { distillation, student, cosine } = gradientTerms(
          {
            distillationSquares: squares[0],
            studentSquares: squares[1],
            product: sum((i) => at(i) * of(i)),
          },
          { n: 3 },
        );
        const whole = distillation ** 2 + student ** 2 + 2 * distillation * student * cosine;
        const wanted = 3 * sum((i) => (at(i) + of(i)) ** 2);
        assertNear([whole], [wanted], { tolerance: 1e-9, what: 'the square of the sum' });
      }),
    );
  });
});

describe('gradientShare', () => {
  it('is distillation’s part of both, and none where nothing pulls', () => {
    assert.equal(gradientShare({ distillation: 3, student: 1 }), 0.75);
    assert.deepEqual(
      [gradientShare({ distillation: 0, student: 1 }), gradientShare({ distillation: 2, student: 0 })],
      [0, 1],
    );
    assert.ok(Number.isNaN(gradientShare({ distillation: 0, student: 0 })));
  });
});
