import { mcnemar, type Discordant } from '../../src/core/evaluation/comparison.js';
import { sharedVerdict, significanceLevel, type Verdict } from '../../src/core/evaluation/verdict.js';
import { crossedTable, type CrossedTable, type SeedPair } from '../../src/core/statistics/crossedTable.js';
import { criticalValues, halfWidth, ownSpread, type CriticalValues } from '../../src/core/statistics/crossedTest.js';
import { single, type Family } from '../../src/core/statistics/dunnett.js';
import { spreadOfSweep } from '../../src/core/statistics/spreadOfSweep.js';
import { twoSidedP } from '../../src/core/statistics/studentT.js';
import type { Split, Sweep } from './worlds.js';

/** A way from a sweep to a verdict. */
export interface Method {
  readonly name: string;
  /** Null where the sweep has not what it takes. */
  readonly tell: (sweep: Sweep, about: { readonly sharesBaseline: boolean }) => Told | null;
}

export interface Told {
  /** Which configuration. */
  readonly told: number;
  readonly verdict: Verdict;
}

export const methods: readonly Method[] = [
  { name: '**chosen on validation, told on test, corrected**', tell: choosing('validation', corrected) },
  { name: '**chosen on test, corrected**', tell: choosing('test', corrected) },
  { name: '**chosen on validation, told by other seeds**', tell: toldAgain },
  {
    name: '**one configuration, meant from the start**',
    tell: ({ test }) => ({ told: 0, verdict: alone(test[0] ?? []) }),
  },
  { name: 'chosen on validation, not corrected', tell: choosing('validation', uncorrected) },
  { name: 'before: fewest errors on test, McNemar with each seed', tell: choosing('test', eachSeed) },
  { name: 'fewest errors on test, McNemar over all seeds', tell: choosing('test', pooledSeeds) },
  { name: 'chosen on validation, McNemar over all seeds', tell: choosing('validation', pooledSeeds) },
  { name: 'fewest errors on test, t-test over seeds', tell: choosing('test', plainT) },
  { name: 'chosen on validation, t-test over seeds', tell: choosing('validation', plainT) },
  {
    name: 'one configuration, t-test over seeds',
    tell: ({ test }) => ({ told: 0, verdict: plainT(test, { told: 0 }) }),
  },
];

/** How far the interval of the chosen configuration reaches on both sides of its difference. */
export function correctedReach(split: Split, { told, sharesBaseline }: Chosen): { table: CrossedTable; reach: number } {
  const table = crossedTable(split[told] ?? []);
  const groups = sharesBaseline ? [split] : split.map((configuration) => [configuration]);
  const spread = spreadOfSweep(
    groups.map((group) => ({
      baseline: (group[0] ?? []).map(({ baseline }) => share(baseline)),
      students: group.map((pairs) => pairs.map(({ student }) => share(student))),
    })),
    table,
  );
  const family = { tried: split.length, correlation: sharesBaseline ? 0.5 : 0 };
  const critical = criticalOf({ degrees: spread.degrees, pictures: table.pictures, family });
  return { table, reach: halfWidth(table, { spread, critical }) };
}

interface Chosen {
  readonly told: number;
  readonly sharesBaseline: boolean;
}

function choosing(by: 'validation' | 'test', verdict: (test: Split, chosen: Chosen) => Verdict): Method['tell'] {
  return (sweep, { sharesBaseline }) => {
    const told = bestOf(sweep[by]);
    return { told, verdict: verdict(sweep.test, { told, sharesBaseline }) };
  };
}

function toldAgain({ validation, again }: Sweep): Told | null {
  const told = bestOf(validation);
  return again === null ? null : { told, verdict: alone(again[told] ?? []) };
}

/** Where all have the same baseline, the one with the fewest errors; else that with the largest difference. */
function bestOf(split: Split): number {
  const differences = split.map((pairs) =>
    pairs.reduce((sum, { student, baseline }) => sum + share(student) - share(baseline), 0),
  );
  return differences.indexOf(Math.max(...differences));
}

function corrected(test: Split, chosen: Chosen): Verdict {
  const { table, reach } = correctedReach(test, chosen);
  return verdictOf(table, Math.abs(table.difference) > reach);
}

function uncorrected(test: Split, { told, sharesBaseline }: Chosen): Verdict {
  const groups = sharesBaseline ? [test] : test.map((configuration) => [configuration]);
  const table = crossedTable(test[told] ?? []);
  const spread = spreadOfSweep(
    groups.map((group) => ({
      baseline: (group[0] ?? []).map(({ baseline }) => share(baseline)),
      students: group.map((pairs) => pairs.map(({ student }) => share(student))),
    })),
    table,
  );
  const critical = criticalOf({ degrees: spread.degrees, pictures: table.pictures, family: single });
  return verdictOf(table, Math.abs(table.difference) > halfWidth(table, { spread, critical }));
}

function alone(pairs: readonly SeedPair[]): Verdict {
  const table = crossedTable(pairs);
  const spread = ownSpread(table);
  const critical = criticalOf({ degrees: spread.degrees, pictures: table.pictures, family: single });
  return verdictOf(table, Math.abs(table.difference) > halfWidth(table, { spread, critical }));
}

/** What the command line and the map said before: better where McNemar's test says so with every seed. */
function eachSeed(test: Split, { told }: Chosen): Verdict {
  const ofSeeds = (test[told] ?? []).map((pair) => mcnemarVerdict(discordant(pair)));
  return sharedVerdict(ofSeeds) ?? 'cannot be told';
}

function pooledSeeds(test: Split, { told }: Chosen): Verdict {
  const counts = (test[told] ?? []).map(discordant);
  return mcnemarVerdict({
    onlyFirstWrong: counts.reduce((sum, { onlyFirstWrong }) => sum + onlyFirstWrong, 0),
    onlySecondWrong: counts.reduce((sum, { onlySecondWrong }) => sum + onlySecondWrong, 0),
  });
}

function plainT(test: Split, { told }: Pick<Chosen, 'told'>): Verdict {
  const table = crossedTable(test[told] ?? []);
  const { difference, ofSeeds, seeds, pictures } = table;
  const t = difference / Math.sqrt(ofSeeds / (pictures * seeds));
  return verdictOf(table, difference !== 0 && twoSidedP({ t, degrees: seeds - 1 }) < significanceLevel);
}

function verdictOf({ difference }: CrossedTable, isTold: boolean): Verdict {
  if (!isTold) return 'cannot be told';
  return difference > 0 ? 'better' : 'worse';
}

function mcnemarVerdict(counts: Discordant): Verdict {
  if (mcnemar(counts) >= significanceLevel) return 'cannot be told';
  return counts.onlyFirstWrong > counts.onlySecondWrong ? 'better' : 'worse';
}

function discordant({ student, baseline }: SeedPair): Discordant {
  let [onlyFirstWrong, onlySecondWrong] = [0, 0];
  for (let picture = 0; picture < student.length; picture++) {
    const difference = (student[picture] ?? NaN) - (baseline[picture] ?? NaN);
    if (difference > 0) onlyFirstWrong++;
    if (difference < 0) onlySecondWrong++;
  }
  return { onlyFirstWrong, onlySecondWrong };
}

function share(answers: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < answers.length; i++) right += answers[i] ?? NaN;
  return right / answers.length;
}

const known = new Map<string, CriticalValues>();

/** The same for every sweep of a size. */
function criticalOf(of: { degrees: number; pictures: number; family: Family }): CriticalValues {
  const key = JSON.stringify(of);
  const found = known.get(key) ?? criticalValues({ p: significanceLevel, ...of });
  known.set(key, found);
  return found;
}
