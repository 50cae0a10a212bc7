import { accuracyWords } from '../core/evaluation/accuracyWords.js';
import type { RunSpec } from '../core/spec/spec.js';
import {
  bySettings,
  isFinished,
  settingsBesideSeed,
  type Placed,
  type StudentComparison,
} from '../launch/compareStudents.js';
import type { RunOutcome } from '../launch/queueEvent.js';
import { comparisonWords } from '../core/evaluation/comparisonWords.js';
import { chanceWords, type TestSet } from '../core/evaluation/testSet.js';
import { seedVerdictWords, verdictOf } from '../core/evaluation/verdict.js';
import type { ExperimentVerdict } from '../core/statistics/experimentVerdict.js';
import { experimentVerdictWords } from '../core/statistics/experimentVerdictWords.js';
import { table, type Column } from './table.js';
import { count, counted, none, percent } from '../core/words.js';

/** What is known of the results beside their numbers. */
export interface SummaryTests {
  readonly comparisons: readonly StudentComparison[];
  /** What they say together. */
  readonly verdict: ExperimentVerdict | null;
  /** Runs that learned nothing, by their keys. */
  readonly atChance: ReadonlyMap<string, TestSet>;
}

/** The table of all runs of a plan, the means over the seeds, the verdict, and beneath it the paired tests of each seed. */
export function summaryText(outcomes: readonly RunOutcome[], { comparisons, verdict, atChance }: SummaryTests): string {
  const means = meansOverSeeds(outcomes);
  return [
    table(outcomes, outcomeColumns),
    ...(means.length === 0 ? [] : [`Means over the seeds:\n${table(means, meanColumns)}`]),
    ...(atChance.size === 0 ? [] : [chanceLines(outcomes, atChance).join('\n')]),
    ...(comparisons.length === 0 ? [] : [verdictText({ comparisons, verdict })]),
  ].join('\n\n');
}

/** What the students of an experiment say together, and beneath it the paired test of each with its seed. */
export function verdictText({ comparisons, verdict }: Pick<SummaryTests, 'comparisons' | 'verdict'>): string {
  const together = verdict === null ? [] : [`Verdict: ${experimentVerdictWords(verdict)}`];
  return [...together, [...comparisons.map(comparisonLine), ...seedLines(comparisons)].join('\n')].join('\n\n');
}

function comparisonLine({ name, seed, comparison }: StudentComparison): string {
  return `${name} against baseline, seed ${seed}: ${comparisonWords(comparison)}`;
}

/** `student against baseline: seeds disagree: 2 better, 1 cannot be told`, of each student that has several seeds. */
function seedLines(comparisons: readonly StudentComparison[]): string[] {
  return bySettings(comparisons)
    .filter((ofSeeds) => ofSeeds.length > 1)
    .map((ofSeeds) => {
      const verdicts = ofSeeds.map(({ comparison }) => verdictOf(comparison));
      return `${ofSeeds[0]?.name ?? ''} against baseline: ${seedVerdictWords(verdicts)}`;
    });
}

/** `teacher, seed 0: no better than chance: always answering the largest class gives 11.35 %`. */
function chanceLines(outcomes: readonly RunOutcome[], atChance: SummaryTests['atChance']): string[] {
  return outcomes.flatMap(({ run }) => {
    const testSet = atChance.get(run.key);
    return testSet === undefined ? [] : [`${run.spec.name}, seed ${run.spec.seed}: ${chanceWords(testSet)}`];
  });
}

/** Text of a run's test metrics; a dash where it has none. */
const tested =
  (text: (test: NonNullable<Placed['state']['test']>) => string) =>
  (outcome: RunOutcome): string =>
    outcome.kind === 'skipped' || outcome.state.test === null ? none : text(outcome.state.test);

const outcomeColumns: readonly Column<RunOutcome>[] = [
  { title: 'run', cell: ({ run }) => run.spec.name },
  { title: 'seed', align: 'right', cell: ({ run }) => String(run.spec.seed) },
  { title: 'T', align: 'right', cell: ({ run }) => settingOf(run.spec, 'temperature') },
  { title: 'α', align: 'right', cell: ({ run }) => settingOf(run.spec, 'alpha') },
  { title: 'test errors', align: 'right', cell: tested(({ errors, n }) => `${count(errors)} of ${count(n)}`) },
  { title: 'accuracy', align: 'right', cell: tested(accuracyWords) },
  {
    title: 'seconds',
    align: 'right',
    cell: (outcome) => (outcome.kind === 'skipped' ? none : outcome.state.seconds.toFixed(1)),
  },
  { title: '', cell: remarkOf },
];

function remarkOf(outcome: RunOutcome): string {
  if (outcome.kind !== 'ended') return outcome.kind;
  return outcome.state.state === 'finished' ? '' : outcome.state.state;
}

interface Mean {
  readonly spec: RunSpec;
  readonly errors: readonly number[];
  readonly accuracies: readonly number[];
}

const meanColumns: readonly Column<Mean>[] = [
  { title: 'run', cell: ({ spec }) => spec.name },
  { title: 'T', align: 'right', cell: ({ spec }) => settingOf(spec, 'temperature') },
  { title: 'α', align: 'right', cell: ({ spec }) => settingOf(spec, 'alpha') },
  { title: 'of', cell: ({ errors }) => counted(errors.length, 'seed') },
  { title: 'test errors', align: 'right', cell: ({ errors }) => mean(errors).toFixed(1) },
  { title: 'from', align: 'right', cell: ({ errors }) => count(Math.min(...errors)) },
  { title: 'to', align: 'right', cell: ({ errors }) => count(Math.max(...errors)) },
  { title: 'accuracy', align: 'right', cell: ({ accuracies }) => percent(mean(accuracies)) },
];

/** Of the finished students and baselines that differ in nothing but their seed, where there are several. */
function meansOverSeeds(outcomes: readonly RunOutcome[]): Mean[] {
  const groups = new Map<string, Mean>();
  for (const { run, state } of outcomes.filter(isFinished)) {
    if (run.spec.role === 'teacher' || state.test === null) continue;
    const key = settingsBesideSeed(run.spec);
    const before = groups.get(key) ?? { spec: run.spec, errors: [], accuracies: [] };
    groups.set(key, {
      spec: before.spec,
      errors: [...before.errors, state.test.errors],
      accuracies: [...before.accuracies, state.test.accuracy],
    });
  }
  return [...groups.values()].filter(({ errors }) => errors.length > 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function settingOf({ distill }: RunSpec, name: 'temperature' | 'alpha'): string {
  return distill === null ? none : String(distill[name]);
}
