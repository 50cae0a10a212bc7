import { crossedTable, type CrossedTable, type SeedPair } from './crossedTable.js';
import { testCrossed, type CrossedResult } from './crossedTest.js';
import type { Family } from './dunnett.js';
import { seedsNeeded, type SeedsNeeded } from './seedsNeeded.js';
import { spreadOfSweep } from './spreadOfSweep.js';

/** One configuration of a sweep: students that differ in nothing but their seed, each with its baseline. */
export interface Configuration {
  /** The same for configurations that are compared with the same baselines. */
  readonly baseline: string;
  /** By seed, in the same order in all configurations. */
  readonly pairs: readonly SeedPair[];
}

/** What is said of one configuration for new seeds and new pictures, whatever else was tried beside it. */
export interface SweepVerdict extends CrossedResult {
  readonly table: CrossedTable;
  readonly family: Family;
  /** How many seeds would tell a difference of this size. */
  readonly needed: SeedsNeeded;
}

/**
 * Tells of one configuration of a sweep, corrected for all that were tried: how much seeds move a difference is taken from
 * all of them, and the interval and p are those of the largest of so many (Dunnett). It holds however the one was chosen,
 * with validation or with these very test answers. Of one configuration alone it is `testCrossed`.
 * @param tried all configurations that the choice was made among, those without a full set of seeds included
 * @throws RangeError for fewer than two seeds, or configurations with another number of them
 */
export function tellConfiguration(
  configurations: readonly Configuration[],
  { told, tried = configurations.length }: { readonly told: number; readonly tried?: number },
): SweepVerdict {
  const chosen = configurations[told];
  if (chosen === undefined) throw new RangeError(`configuration ${told} of ${configurations.length}`);
  const table = crossedTable(chosen.pairs);
  const groups = [...new Set(configurations.map(({ baseline }) => baseline))].map((baseline) =>
    configurations.filter((each) => each.baseline === baseline),
  );
  const spread = spreadOfSweep(
    groups.map((group) => ({
      baseline: accuracies(group[0]?.pairs ?? [], 'baseline'),
      students: group.map(({ pairs }) => accuracies(pairs, 'student')),
    })),
    table,
  );
  const family = { tried, correlation: groups.length === 1 ? 0.5 : 0 };
  const degreesPerSeed = configurations.length;
  return {
    ...testCrossed(table, { spread, family }),
    table,
    family,
    needed: seedsNeeded(table, { spread, family, degreesPerSeed }),
  };
}

function accuracies(pairs: readonly SeedPair[], role: keyof SeedPair): number[] {
  return pairs.map(({ [role]: answers }) => {
    let right = 0;
    for (let picture = 0; picture < answers.length; picture++) right += answers[picture] ?? NaN;
    return right / answers.length;
  });
}
