import type { Interval } from '../evaluation/comparison.js';
import type { CrossedTable } from './crossedTable.js';
import { largestCritical, single, type Family } from './dunnett.js';
import { fallingRoot } from './root.js';

/** How much seeds move a difference: the mean square of the seeds, and by how many degrees of freedom it is known. */
export interface SeedSpread {
  readonly meanSquare: number;
  readonly degrees: number;
}

/** What is said of a difference for new seeds and new pictures together. */
export interface CrossedResult {
  /** Accuracy of the students less that of the baselines. */
  readonly difference: number;
  /** Of `difference`, at the level that was asked for. */
  readonly interval: Interval;
  /** Two-sided; below 1 − level exactly where the interval leaves 0 out. */
  readonly p: number;
}

/**
 * Confidence interval and test of a mean over crossed random effects, by Banerjee's rule for a sum of variances that are
 * known unequally well (Sankhyā A 23, 1961): half the width, squared, is the sum of the variances, each times the square of
 * its own critical value. The chance of a false verdict is never above 1 − level, whatever seeds and pictures
 * contribute; Satterthwaite's and Hillis's degrees of freedom let it rise to 8 % with three seeds and 13 % with two. The
 * interval is also never narrower than that for these very networks on new pictures. See docs/statistics.md.
 * @param spread how much seeds move the difference, where more is known of it than this table says
 * @param family the comparisons of which this is the one told
 * @throws RangeError for a table of one seed, which says nothing of other seeds
 */
export function testCrossed(
  table: CrossedTable,
  {
    level = 0.95,
    spread = ownSpread(table),
    family = single,
  }: { level?: number; spread?: SeedSpread; family?: Family } = {},
): CrossedResult {
  const { difference, pictures } = table;
  const critical = criticalValues({ p: 1 - level, degrees: spread.degrees, pictures, family });
  const reach = halfWidth(table, { spread, critical });
  return {
    difference,
    interval: { low: difference - reach, high: difference + reach },
    p: pOf(table, { spread, family }),
  };
}

/** What a table says of its own seeds. @throws RangeError where it has one seed only */
export function ownSpread({ ofSeeds, seeds }: CrossedTable): SeedSpread {
  if (seeds < 2) throw new RangeError(`${seeds} seed, expected two at least`);
  return { meanSquare: ofSeeds, degrees: seeds - 1 };
}

/** What pictures contribute beyond what the seeds' own mean square has of them already; 0 where it would be negative. */
export function sharedByPictures({ ofPictures, ofRest }: CrossedTable): number {
  return Math.max(0, ofPictures - ofRest);
}

/** What a variance known by so many seeds, or by so many pictures, is multiplied with. */
export interface CriticalValues {
  readonly ofSeeds: number;
  readonly ofPictures: number;
}

/** @param degrees of the spread of the seeds */
export function criticalValues({
  p,
  degrees,
  pictures,
  family,
}: {
  readonly p: number;
  readonly degrees: number;
  readonly pictures: number;
  readonly family: Family;
}): CriticalValues {
  return {
    ofSeeds: largestCritical({ p, degrees, ...family }),
    ofPictures: largestCritical({ p, degrees: pictures - 1, ...family }),
  };
}

/** Half the width of the interval with these critical values. */
export function halfWidth(
  table: CrossedTable,
  { spread, critical }: { readonly spread: Pick<SeedSpread, 'meanSquare'>; readonly critical: CriticalValues },
): number {
  const { pictures, seeds, ofPictures } = table;
  const shared = sharedByPictures(table);
  return Math.sqrt(squaredReach({ ofSeeds: spread.meanSquare, shared, ofPictures, critical }) / (pictures * seeds));
}

/** Half the width, squared, times N·S: Banerjee's sum, or what these very networks have where that is more. */
export function squaredReach({
  ofSeeds,
  shared,
  ofPictures,
  critical,
}: {
  readonly ofSeeds: number;
  readonly shared: number;
  readonly ofPictures: number;
  readonly critical: CriticalValues;
}): number {
  const both = ofSeeds * critical.ofSeeds ** 2 + shared * critical.ofPictures ** 2;
  return Math.max(both, ofPictures * critical.ofPictures ** 2);
}

/** The p whose interval just reaches 0. */
function pOf(
  table: CrossedTable,
  { spread, family }: { readonly spread: SeedSpread; readonly family: Family },
): number {
  const size = Math.abs(table.difference);
  if (size === 0) return 1;
  const { pictures } = table;
  const excess = (log: number): number => {
    const critical = criticalValues({ p: Math.exp(log), degrees: spread.degrees, pictures, family });
    return Math.log(halfWidth(table, { spread, critical }) / size);
  };
  return Math.exp(fallingRoot({ low: Math.log(smallestP), high: -1e-9, tolerance: 1e-7 }, excess));
}

/** No smaller one is told: words say `p < 1e-15`. */
const smallestP = 1e-16;
