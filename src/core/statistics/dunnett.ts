import { meanOverChiSquare } from './chiSquare.js';
import { normalCdf } from './normal.js';
import { fallingRoot } from './root.js';
import { twoSidedCritical, twoSidedP } from './studentT.js';

/** Comparisons of which one is told. */
export interface Family {
  /** How many there are. */
  readonly tried: number;
  /** Of any two of them: 1/2 where all share a baseline that varies as much as they do, 0 where each has its own. */
  readonly correlation: number;
}

/** One comparison that was meant from the start. */
export const single: Family = { tried: 1, correlation: 0 };

interface Distribution extends Family {
  readonly degrees: number;
}

/**
 * Dunnett's distribution (1955), two-sided: P(max |t| > x) of so many t with one estimate of the variance in common. As
 * `scipy.stats.dunnett` has it with groups of one size.
 */
export function largestP({ x, degrees, tried, correlation }: Distribution & { readonly x: number }): number {
  if (tried === 1) return twoSidedP({ t: x, degrees });
  const [common, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
  return meanOverChiSquare(degrees, (ratio) => {
    const limit = x * Math.sqrt(ratio);
    let [sum, weights] = [0, 0];
    for (let z = -6; z <= 6; z += 0.5) {
      const weight = Math.exp((-z * z) / 2);
      const outside = normalCdf((common * z - limit) / own) + normalCdf((-common * z - limit) / own);
      // Without subtracting from 1: the tail may be too small for that.
      sum += weight * -Math.expm1(tried * Math.log1p(-Math.min(outside, 1 - 1e-16)));
      weights += weight;
    }
    return sum / weights;
  });
}

/** The value that the largest |t| exceeds with probability p. @throws RangeError where p is not above 0 and at most 1 */
export function largestCritical({ p, ...distribution }: Distribution & { readonly p: number }): number {
  const { degrees, tried } = distribution;
  const least = twoSidedCritical({ p, degrees });
  if (tried === 1) return least;
  // Between that of one comparison and Bonferroni's.
  const most = twoSidedCritical({ p: p / tried, degrees });
  const wanted = Math.log(p);
  const excess = (log: number): number => Math.log(largestP({ ...distribution, x: Math.exp(log) })) - wanted;
  return Math.exp(fallingRoot({ low: Math.log(least), high: Math.log(most), tolerance: 1e-9 }, excess));
}
