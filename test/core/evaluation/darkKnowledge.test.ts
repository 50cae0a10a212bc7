import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { offDiagonalCorrelation } from '../../../src/core/evaluation/darkKnowledge.js';

const matrix = z.array(
  z
    .number()
    .nullable()
    .transform((cell) => cell ?? NaN),
);
const fixture = z.object({
  cases: z.array(z.object({ classes: z.number(), teacher: matrix, student: matrix, correlation: z.number() })),
});

describe('offDiagonalCorrelation', () => {
  it('is what NumPy says, rows of absent classes left out', () => {
    const { cases } = fixture.parse(JSON.parse(readFileSync('test/fixtures/darkKnowledge.json', 'utf8')));
    for (const { correlation, ...matrices } of cases) {
      const found = offDiagonalCorrelation(matrices);
      assert.ok(found !== null && Math.abs(found - correlation) < 1e-12, `${found}, NumPy says ${correlation}`);
    }
  });

  it('does not see the diagonal', () => {
    const teacher = [0.8, 0.15, 0.05, 0.2, 0.7, 0.1, 0.1, 0.3, 0.6];
    const student = teacher.map((cell, index) => (index % 4 === 0 ? 0 : cell));
    assert.ok(Math.abs((offDiagonalCorrelation({ teacher, student, classes: 3 }) ?? NaN) - 1) < 1e-12);
  });

  it('is null where nothing differs', () => {
    const flat = new Float64Array(9).fill(1 / 3);
    assert.equal(offDiagonalCorrelation({ teacher: flat, student: flat, classes: 3 }), null);
    assert.equal(offDiagonalCorrelation({ teacher: [1], student: [1], classes: 1 }), null);
    assert.throws(() => offDiagonalCorrelation({ teacher: flat, student: [1], classes: 3 }), RangeError);
  });
});
