import { bootstrapInterval, compareRight, type PairedComparison } from '../evaluation/comparison.js';
import { verdictBy, verdictOf, type Verdict } from '../evaluation/verdict.js';
import { crossedTable, type SeedPair } from './crossedTable.js';
import { seedsNeeded, type SeedsNeeded } from './seedsNeeded.js';
import { tellConfiguration, type SweepVerdict } from './sweepVerdict.js';

/** A student of an experiment with all its seeds: those that differ in nothing else. */
export interface ToldStudent {
  readonly name: string;
  /** The same for students that are compared with the same baselines. */
  readonly baseline: string;
  readonly seeds: readonly SeedResult[];
}

export interface SeedResult {
  readonly seed: number;
  /** On the test set. */
  readonly pair: SeedPair;
  /** Of the student on the validation set; null where there is none. */
  readonly validationErrors: number | null;
}

/** How the one that is told was found: there was no other, or it made the fewest errors on that split. */
export type ChosenOn = 'plan' | 'validation' | 'test';

interface Chosen {
  readonly name: string;
  readonly chosenOn: ChosenOn;
  /** All configurations of the experiment that have a result. */
  readonly tried: number;
  /** Of these, how many the choice left out, for they have not all seeds. */
  readonly leftOut: number;
  readonly verdict: Verdict;
}

/** What an experiment says: of new seeds and new pictures, or, with one seed, of these networks on new pictures only. */
export type ExperimentVerdict =
  | (Chosen & SweepVerdict & { readonly kind: 'seeds' })
  | (Chosen & {
      readonly kind: 'these networks';
      readonly seed: number;
      /** Its p and interval are corrected where the choice was made on the test set. */
      readonly comparison: PairedComparison;
      readonly needed: SeedsNeeded;
    });

/**
 * The verdict of an experiment: of its one student, or of that of its students which makes the fewest errors on the
 * validation set, or on the test set where there is none. Null where nothing was compared, or on one picture only.
 */
export function experimentVerdict(students: readonly ToldStudent[]): ExperimentVerdict | null {
  const compared = students.filter(({ seeds }) => (seeds[0]?.pair.student.length ?? 0) > 1);
  const most = compared.reduce<readonly number[]>((seeds, student) => {
    const own = seedsOf(student);
    return own.length > seeds.length ? own : seeds;
  }, []);
  const members = compared.flatMap((student) => {
    const results = most.map((seed) => student.seeds.find((each) => each.seed === seed));
    return results.every((result) => result !== undefined) ? [{ ...student, seeds: results }] : [];
  });
  const told = choose(members);
  const chosen = members[told.index];
  if (chosen === undefined) return null;
  const about = {
    ...{ name: chosen.name, chosenOn: compared.length === 1 ? 'plan' : told.chosenOn },
    ...{ tried: compared.length, leftOut: compared.length - members.length },
  } as const;
  const [only, ...more] = chosen.seeds;
  if (only === undefined) return null;
  if (more.length === 0) return tellNetworks(only, about);
  const result = tellConfiguration(
    members.map(({ baseline, seeds }) => ({ baseline, pairs: seeds.map(({ pair }) => pair) })),
    { told: told.index, tried: compared.length },
  );
  return { kind: 'seeds', ...about, ...result, verdict: verdictBy({ gain: result.difference, p: result.p }) };
}

const seedsOf = ({ seeds }: ToldStudent): number[] => seeds.map(({ seed }) => seed).sort((a, b) => a - b);

/** The one with the fewest errors, of equals the first; on validation where all have been evaluated there. */
function choose(students: readonly ToldStudent[]): { readonly index: number; readonly chosenOn: ChosenOn } {
  const results = students.flatMap(({ seeds }) => seeds);
  const chosenOn = results.every(({ validationErrors }) => validationErrors !== null) ? 'validation' : 'test';
  const errors = students.map(({ seeds }) =>
    seeds.reduce((sum, { pair, validationErrors }) => {
      return sum + (chosenOn === 'validation' ? (validationErrors ?? NaN) : wrongIn(pair.student));
    }, 0),
  );
  return { index: errors.indexOf(Math.min(...errors)), chosenOn };
}

function wrongIn(answers: ArrayLike<number>): number {
  let wrong = 0;
  for (let picture = 0; picture < answers.length; picture++) wrong += 1 - (answers[picture] ?? NaN);
  return wrong;
}

/** With one seed nothing is known of others: the validation set then has chosen without the test pictures. */
function tellNetworks({ seed, pair }: SeedResult, about: Omit<Chosen, 'verdict'>): ExperimentVerdict {
  const uncorrected = compareRight({ first: pair.baseline, second: pair.student });
  const times = about.chosenOn === 'test' ? about.tried : 1;
  const comparison = {
    ...uncorrected,
    p: Math.min(1, times * uncorrected.p),
    interval: times === 1 ? uncorrected.interval : bootstrapInterval({ ...uncorrected, level: 1 - (1 - 0.95) / times }),
  };
  const needed = seedsNeeded(crossedTable([pair]), {
    family: { tried: about.tried, correlation: 0.5 },
    degreesPerSeed: about.tried,
  });
  return { kind: 'these networks', ...about, seed, comparison, needed, verdict: verdictOf(comparison) };
}
