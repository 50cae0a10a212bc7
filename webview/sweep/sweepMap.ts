import type { PairedComparison } from '../../src/core/evaluation/comparison.js';
import { isAtChance, type TestSet } from '../../src/core/evaluation/testSet.js';
import { sharedVerdict, verdictOf, type Verdict } from '../../src/core/evaluation/verdict.js';
import { canonicalJson } from '../../src/core/json.js';
import { specIdentity } from '../../src/core/spec/identity.js';
import type { RunSpec } from '../../src/core/spec/spec.js';
import type { PlannedStudent, RunKey } from '../../src/panel/protocol.js';
import type { RunData } from '../store.js';
import { pairKey, type TestedPair } from '../testResults.js';

/** A student as one place of the map has it: of one seed. */
export type MapRun = { readonly seed: number } & (
  | {
      readonly kind: 'finished';
      readonly run: RunKey;
      /** On the test set. */
      readonly errors: number;
      readonly examples: number;
      /** Of the baseline with the same seed, where that is finished too. */
      readonly baseline: number | null;
      /** Against that baseline; null while it is computed, and where it cannot be. */
      readonly comparison: PairedComparison | null;
      /** Whether it has learned nothing. */
      readonly isAtChance: boolean;
    }
  /** It was not evaluated to its end: whatever it has is no result. */
  | {
      readonly kind: 'unfinished';
      readonly run: RunKey;
      readonly state: UnfinishedState;
      /** `epoch 3/10`, while it learns. */
      readonly progress: string;
      /** Null where the experiment does not ask for it (any more). */
      readonly plan: Planned | null;
    }
  /** There is a run of it that is not shown. */
  | { readonly kind: 'hidden'; readonly run: RunKey; readonly plan: Planned }
  | { readonly kind: 'absent'; readonly plan: Planned }
);

/** Names a student in the plan of an experiment. */
export interface Planned {
  readonly key: string;
  /** A shown run of that experiment: the host knows the experiment by it. */
  readonly through: RunKey;
}

/** What the experiment of a run asks for. */
export interface Plan {
  readonly through: RunKey;
  readonly students: readonly PlannedStudent[];
}

type State = NonNullable<RunData['status']>['state'];
export type UnfinishedState = Exclude<State, 'finished'> | 'unevaluated';

/** All students of one temperature and one α, by seed. */
export interface MapCell {
  readonly temperature: number;
  readonly alpha: number;
  readonly runs: readonly MapRun[];
}

/** Students that differ only in T, α and seed. */
export interface SweepMap {
  /** The same for the same settings. */
  readonly id: string;
  readonly name: string;
  /** Rising; `cells` has a row for each α, with a place for each T. Null where neither a run nor the experiment is. */
  readonly temperatures: readonly number[];
  readonly alphas: readonly number[];
  readonly cells: readonly (readonly (MapCell | null)[])[];
}

interface Entry {
  readonly spec: RunSpec;
  readonly run: MapRun;
}

/** What is known of the results beside their numbers, as far as it has come. */
export interface KnownTests {
  /** By `pairKey`. */
  readonly paired: ReadonlyMap<string, PairedComparison>;
  readonly testSet: TestSet | null;
}

/** The students that can be tested against their baselines: both are finished, on as many examples. */
export function testedPairs(runs: readonly RunData[]): TestedPair[] {
  const byKey = new Map(runs.map((data) => [data.run.key, data]));
  return runs.flatMap((data) => {
    const pair = pairOf(data, byKey);
    return data.run.record.spec.distill === null || data.run.reason !== 'opened' || pair === null ? [] : [pair];
  });
}

function pairOf({ run, status }: RunData, byKey: ReadonlyMap<RunKey, RunData>): TestedPair | null {
  const baseline = run.baseline === null ? null : (byKey.get(run.baseline)?.status ?? null);
  const isTested = status?.state === 'finished' && baseline?.state === 'finished' && status.test !== null;
  if (run.baseline === null || !isTested || baseline.test?.n !== status.test.n) return null;
  return { run: run.key, baseline: run.baseline };
}

/**
 * The maps of the students that are shown and of those that their experiment asks for: one for each of the settings
 * that differ beside T, α and seed, those with the most students first.
 * @param runs all that are shown, with the baselines that were brought along
 */
export function sweepMaps(runs: readonly RunData[], plans: readonly Plan[], known: KnownTests): SweepMap[] {
  const planned = plans.flatMap(({ through, students }) => students.map((student) => ({ ...student, through })));
  const plannedOf = new Map(planned.map(({ specHash, key, through }) => [specHash, { key, through }]));
  const entries = new Map<string, Entry>();
  const byKey = new Map(runs.map((data) => [data.run.key, data]));
  // Of two runs of one spec the newer counts, but a finished one always before one that is not.
  for (const data of [...runs].sort((a, b) => (a.run.record.id < b.run.record.id ? -1 : 1))) {
    const { spec, specHash } = data.run.record;
    if (spec.distill === null || data.run.reason !== 'opened') continue;
    const run = mapRun(data, { byKey, known, plan: plannedOf.get(specHash) ?? null });
    if (entries.get(specHash)?.run.kind === 'finished' && run.kind !== 'finished') continue;
    entries.set(specHash, { spec, run });
  }
  for (const { key, through, spec, specHash, run } of planned) {
    if (entries.has(specHash)) continue;
    const common = { seed: spec.seed, plan: { key, through } };
    entries.set(specHash, {
      spec,
      run: run === null ? { kind: 'absent', ...common } : { kind: 'hidden', ...common, run },
    });
  }
  const groups = new Map<string, Entry[]>();
  for (const entry of entries.values()) {
    const id = groupOf(entry.spec);
    groups.set(id, [...(groups.get(id) ?? []), entry]);
  }
  return [...groups].map(([id, group]) => mapOf(id, group)).sort((a, b) => cellCount(b) - cellCount(a));
}

/** What two students have in common that differ only in T, α and seed. */
function groupOf(spec: RunSpec): string {
  const distill = spec.distill === null ? null : { ...spec.distill, temperature: 1, alpha: 0 };
  return canonicalJson(specIdentity({ ...spec, seed: 0, distill }));
}

function mapOf(id: string, entries: readonly Entry[]): SweepMap {
  const placed = entries.flatMap(({ spec, run }) => {
    const { temperature, alpha } = spec.distill ?? {};
    return temperature === undefined || alpha === undefined ? [] : [{ temperature, alpha, run }];
  });
  const rising = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const temperatures = rising(placed.map(({ temperature }) => temperature));
  const alphas = rising(placed.map(({ alpha }) => alpha));
  const cells = alphas.map((alpha) =>
    temperatures.map((temperature): MapCell | null => {
      const runs = placed
        .filter((place) => place.alpha === alpha && place.temperature === temperature)
        .map(({ run }) => run)
        .sort((a, b) => a.seed - b.seed);
      return runs.length === 0 ? null : { temperature, alpha, runs };
    }),
  );
  return { id, name: entries[0]?.spec.name ?? '', temperatures, alphas, cells };
}

function cellCount({ cells }: SweepMap): number {
  return cells.flat().filter((cell) => cell !== null).length;
}

function mapRun(
  data: RunData,
  { byKey, known, plan }: { byKey: ReadonlyMap<RunKey, RunData>; known: KnownTests; plan: Planned | null },
): MapRun {
  const { run, status } = data;
  const { seed } = run.record.spec;
  const state = status?.state ?? 'waiting';
  const test = status?.test ?? null;
  if (state !== 'finished' || test === null) {
    const progress = status?.state === 'running' ? `epoch ${status.epoch}/${status.epochs}` : '';
    const word = state === 'finished' ? 'unevaluated' : state;
    return { kind: 'unfinished', seed, run: run.key, state: word, progress, plan };
  }
  const pair = pairOf(data, byKey);
  return {
    ...{ kind: 'finished', seed, run: run.key, errors: test.errors, examples: test.n },
    baseline: pair === null ? null : (byKey.get(pair.baseline)?.status?.test?.errors ?? null),
    comparison: pair === null ? null : (known.paired.get(pairKey(pair)) ?? null),
    isAtChance: known.testSet?.n === test.n && isAtChance(test, known.testSet),
  };
}

/** What a cell says: means over the seeds that are finished. */
export interface CellResult {
  readonly seeds: number;
  readonly errors: number;
  readonly accuracy: number;
  /** Mean of errors less those of the baseline with the same seed, over the seeds that have both; null where none has. */
  readonly difference: number | null;
  readonly paired: number;
  /** Of the seeds that were tested against their baseline, as far as that is known. */
  readonly verdicts: readonly Verdict[];
  /** Whether some seed has learned nothing. */
  readonly isAtChance: boolean;
}

/** Null where no seed is finished: what failed or still learns is no number. */
export function resultOf({ runs }: MapCell): CellResult | null {
  const finished = runs.filter((run) => run.kind === 'finished');
  if (finished.length === 0) return null;
  const differences = finished.flatMap(({ errors, baseline }) => (baseline === null ? [] : [errors - baseline]));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    seeds: finished.length,
    errors: mean(finished.map(({ errors }) => errors)),
    accuracy: mean(finished.map(({ errors, examples }) => 1 - errors / examples)),
    difference: differences.length === 0 ? null : mean(differences),
    paired: differences.length,
    verdicts: finished.flatMap(({ comparison }) => (comparison === null ? [] : [verdictOf(comparison)])),
    isAtChance: finished.some((run) => run.isAtChance),
  };
}

/** What all seeds of a cell say of it; null while some are not tested, and where they disagree. */
export function verdictOfCell({ verdicts, paired }: Pick<CellResult, 'verdicts' | 'paired'>): Verdict | null {
  return verdicts.length === paired ? sharedVerdict(verdicts) : null;
}

/** By how much a cell is better or worse than the baseline, for its colour; 0 where that cannot be told. */
export function toldDifference(result: CellResult): number {
  const verdict = verdictOfCell(result);
  return verdict === 'better' || verdict === 'worse' ? (result.difference ?? 0) : 0;
}

/** The largest difference of a map that can be told, either way: that with the strongest colour. */
export function mostDifference({ cells }: SweepMap): number {
  const results = cells.flat().map((cell) => (cell === null ? null : resultOf(cell)));
  const differences = results.map((result) => (result === null ? 0 : toldDifference(result)));
  return Math.max(0, ...differences.map(Math.abs));
}

/** The cell with the fewest errors among those with results; of equals the first. */
export function bestCell({ cells }: SweepMap): MapCell | null {
  let best: { cell: MapCell; errors: number } | null = null;
  for (const cell of cells.flat()) {
    const errors = cell === null ? null : (resultOf(cell)?.errors ?? null);
    if (cell !== null && errors !== null && (best === null || errors < best.errors)) best = { cell, errors };
  }
  return best?.cell ?? null;
}
