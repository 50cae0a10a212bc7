import { meanOverChiSquare } from './chiSquare.js';
import type { CrossedTable } from './crossedTable.js';
import { criticalValues, ownSpread, sharedByPictures, squaredReach, type SeedSpread } from './crossedTest.js';
import { largestCritical, single, type Family } from './dunnett.js';
import { normalCdf } from './normal.js';
import { twoSidedCritical } from './studentT.js';

/** What would tell a difference of the size seen, with the power that was asked for. */
export type SeedsNeeded =
  /** So many seeds in all; of one seed's table at least so many, for it says nothing of how much seeds move. */
  | { readonly kind: 'seeds'; readonly seeds: number; readonly isLeast: boolean }
  /** No number of seeds on these pictures: at least so many pictures, with seeds without end. */
  | { readonly kind: 'pictures'; readonly pictures: number }
  /** More than `mostSeeds`, or there is no difference at all. */
  | { readonly kind: 'none' };

/** Nobody trains more. */
export const mostSeeds = 1000;

/** What is asked of a plan; `family` and `degreesPerSeed` as the test will have them. */
export interface Planned {
  readonly power?: number;
  readonly level?: number;
  readonly family?: Family;
  /** Of this size; that of the table where it is not given. */
  readonly difference?: number;
  readonly spread?: SeedSpread;
  /** Degrees of freedom that each seed after the first adds: 1, and in a sweep the number of its configurations. */
  readonly degreesPerSeed?: number;
}

/**
 * How many seeds in all would tell a difference of the size of the table's, by `testCrossed`, with 80 % power: the smallest
 * number, from what the table has on, at which it would. Variances are those of the table, where seeds are taken to move
 * the difference at least as much as chance in single answers does.
 */
export function seedsNeeded(table: CrossedTable, planned: Planned = {}): SeedsNeeded {
  const { power = 0.8, difference = table.difference } = planned;
  const size = Math.abs(difference);
  if (size === 0) return { kind: 'none' };
  const enough = (seeds: number): boolean => powerWith(table, { ...planned, difference, seeds }) >= power;
  const first = Math.max(2, table.seeds);
  if (enough(first)) return { kind: 'seeds', seeds: first, isLeast: table.seeds === 1 };
  if (!enough(mostSeeds)) {
    const pictures = picturesNeeded(table, { ...planned, power, size });
    return pictures > table.pictures ? { kind: 'pictures', pictures } : { kind: 'none' };
  }
  let [tooFew, seeds] = [first, mostSeeds];
  while (seeds - tooFew > 1) {
    const middle = Math.floor((tooFew + seeds) / 2);
    if (enough(middle)) seeds = middle;
    else tooFew = middle;
  }
  return { kind: 'seeds', seeds, isLeast: table.seeds === 1 };
}

/** The probability that `testCrossed` tells a difference with so many seeds, on as many pictures. */
export function powerWith(table: CrossedTable, planned: Planned & { readonly seeds: number }): number {
  const { seeds, level = 0.95, family = single, difference = table.difference, degreesPerSeed = 1 } = planned;
  const { pictures } = table;
  const size = Math.abs(difference);
  const { rest, bySeeds, byPicture } = expected(table, planned.spread);
  const shared = seeds * byPicture;
  const degrees = degreesPerSeed * (seeds - 1);
  const deviation = Math.sqrt((bySeeds + shared) / (pictures * seeds));
  const critical = criticalValues({ p: 1 - level, degrees, pictures, family });
  return meanOverChiSquare(degrees, (ratio) => {
    const reach = Math.sqrt(
      squaredReach({ ofSeeds: bySeeds * ratio, shared, ofPictures: rest + shared, critical }) / (pictures * seeds),
    );
    return normalCdf((size - reach) / deviation) + normalCdf((-size - reach) / deviation);
  });
}

/** What mean squares are to be expected, whatever the number of seeds. */
function expected(
  table: CrossedTable,
  given: SeedSpread | undefined,
): { readonly rest: number; readonly bySeeds: number; readonly byPicture: number } {
  // Of one seed all that differs between pictures is taken for chance, and seeds to add nothing.
  if (table.seeds === 1) return { rest: table.ofPictures, bySeeds: table.ofPictures, byPicture: 0 };
  const { meanSquare } = given ?? ownSpread(table);
  return {
    rest: table.ofRest,
    bySeeds: Math.max(meanSquare, table.ofRest),
    byPicture: sharedByPictures(table) / table.seeds,
  };
}

/** Pictures at which so large a difference would be told, were there seeds without end. */
function picturesNeeded(
  table: CrossedTable,
  { size, power = 0.8, level = 0.95, family = single }: Planned & { readonly size: number },
): number {
  const { byPicture } = expected(table, undefined);
  const degrees = table.pictures - 1;
  const critical = largestCritical({ p: 1 - level, degrees, ...family });
  const reach = critical + twoSidedCritical({ p: 2 * (1 - power), degrees });
  return Math.ceil(byPicture * (reach / size) ** 2);
}
