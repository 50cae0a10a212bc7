import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logGamma } from '../../../src/core/statistics/gamma.js';
import { largestCritical, largestP } from '../../../src/core/statistics/dunnett.js';
import { normalCdf } from '../../../src/core/statistics/normal.js';
import { twoSidedCritical, twoSidedP } from '../../../src/core/statistics/studentT.js';
import { assertNear } from '../near.js';
import { readStatistics } from './recorded.js';

const recorded = readStatistics();

/** Relative, also of what is very small. */
function assertSame(found: number, expected: number, { tolerance, what }: { tolerance: number; what: string }): void {
  if (expected === 0) assert.ok(found < 1e-300, `${what}: ${found}, expected 0`);
  else assertNear([found / expected], [1], { tolerance, what });
}

describe('distributions, against SciPy', () => {
  it('have the two-sided p of t, with whole degrees of freedom or not', () => {
    for (const { t, degrees, p } of recorded.t) {
      assertSame(twoSidedP({ t, degrees }), p, { tolerance: 1e-9, what: `t ${t}, ${degrees}` });
      assert.equal(twoSidedP({ t: -t, degrees }), twoSidedP({ t, degrees }));
    }
  });

  it('have its critical values, from one degree of freedom to 50,000', () => {
    for (const { p, degrees, t } of recorded.critical) {
      assertSame(twoSidedCritical({ p, degrees }), t, { tolerance: 1e-10, what: `p ${p}, ${degrees}` });
    }
  });

  it('have the normal distribution, and the logarithm of Γ', () => {
    for (const { z, p } of recorded.normal) assertSame(normalCdf(z), p, { tolerance: 1e-8, what: `z ${z}` });
    for (const { x, value } of recorded.logGamma)
      assertNear([logGamma(x)], [value], { tolerance: 1e-13, what: `${x}` });
  });

  it('have the largest of several t, as adaptive quadrature finds it', () => {
    for (const { p, ...at } of recorded.largest) {
      assertSame(largestP(at), p, { tolerance: 1e-5, what: JSON.stringify(at) });
      assertSame(largestCritical({ ...at, p }), at.x, { tolerance: 1e-5, what: JSON.stringify(at) });
    }
  });

  it('have Dunnett’s p, as far as SciPy’s random numbers know it', () => {
    for (const { tried, degrees, statistic, p } of recorded.dunnett) {
      const found = statistic.map((x) => largestP({ x, degrees, tried, correlation: 0.5 }));
      assertNear(found, p, { tolerance: 5e-4, what: `${tried} groups` });
    }
  });

  it('refuse what has no degrees of freedom, and probabilities that are none', () => {
    for (const degrees of [0, -1, NaN]) assert.throws(() => twoSidedP({ t: 1, degrees }), RangeError);
    for (const p of [0, 1.1, NaN]) assert.throws(() => twoSidedCritical({ p, degrees: 3 }), RangeError);
  });
});
