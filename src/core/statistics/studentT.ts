import { incompleteBeta } from './gamma.js';
import { fallingRoot } from './root.js';

/**
 * Student's t distribution, for any number of degrees of freedom above 0, whole or not. Its tails are regularized
 * incomplete beta functions, P(|t| > x) = I_{ν/(ν + x²)}(ν/2, 1/2), which are summed as the continued fraction of Lentz
 * (Press et al., Numerical Recipes, 3rd edition, 6.4). Against SciPy in `test/core/statistics/studentT.test.ts`.
 */

/** P(|t| > x): the two-sided p of a value x of t. @throws RangeError where there are no degrees of freedom */
export function twoSidedP({ t, degrees }: { readonly t: number; readonly degrees: number }): number {
  checkDegrees(degrees);
  const squared = t * t;
  if (squared === Infinity) return 0;
  return incompleteBeta({
    x: degrees / (degrees + squared),
    rest: squared / (degrees + squared),
    a: degrees / 2,
    b: 0.5,
  });
}

/**
 * The value of t that is exceeded, up or down, with probability p: 4.303 for p = 0.05 and 2 degrees of freedom.
 * @throws RangeError where p is not above 0 and at most 1
 */
export function twoSidedCritical({ p, degrees }: { readonly p: number; readonly degrees: number }): number {
  checkDegrees(degrees);
  if (!(p > 0 && p <= 1)) throw new RangeError(`probability ${p}, expected above 0 and at most 1`);
  if (p === 1) return 0;
  // Logarithms of both: with two degrees of freedom t may be 1e7, with 10,000 it is 8.
  const wanted = Math.log(p);
  const excess = (log: number): number => Math.log(twoSidedP({ t: Math.exp(log), degrees })) - wanted;
  let high = 1;
  while (excess(high) > 0) high *= 2;
  return Math.exp(fallingRoot({ low: -40, high, tolerance: 1e-13 }, excess));
}

function checkDegrees(degrees: number): void {
  if (!(degrees > 0)) throw new RangeError(`${degrees} degrees of freedom, expected more than 0`);
}
