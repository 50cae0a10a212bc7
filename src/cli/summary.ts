import type { PairedComparison } from '../core/comparison.js';
import { canonicalJson } from '../core/json.js';
import { ProblemError, type Problem } from '../core/problem.js';
import type { RunSpec } from '../core/spec.js';
import type { RunOutcome } from '../launch/queueEvent.js';
import { comparisonWords } from '../core/comparisonWords.js';
import { testPaired } from './pairedTest.js';
import { table, type Column } from './table.js';
import { count, counted, none, percent } from '../core/words.js';

/** A student of a plan, finished, against the baseline of the same seed. */
export interface StudentComparison {
  readonly student: string;
  readonly baseline: string;
  /** How messages call the student: its name, with T and α where the name alone says too little. */
  readonly name: string;
  readonly seed: number;
  readonly comparison: PairedComparison;
}

/** Compares each finished student with its finished baseline, and says where their logits do not allow it. */
export async function compareStudents(
  outcomes: readonly RunOutcome[],
): Promise<{ comparisons: readonly StudentComparison[]; problems: readonly Problem[] }> {
  const done = new Map(outcomes.filter(isFinished).map((outcome) => [outcome.run.key, outcome]));
  const comparisons: StudentComparison[] = [];
  const problems: Problem[] = [];
  for (const second of done.values()) {
    const first = second.run.baseline === null ? undefined : done.get(second.run.baseline);
    if (first === undefined) continue;
    const { key, spec } = second.run;
    const teaching = teachingWords(spec);
    const ambiguous = outcomes.some(({ run }) => run.spec.name === spec.name && teachingWords(run.spec) !== teaching);
    const name = ambiguous ? `${spec.name} ${teaching}` : spec.name;
    try {
      const comparison = await testPaired({ first, second });
      comparisons.push({ student: key, baseline: first.run.key, name, seed: spec.seed, comparison });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(error.problem);
    }
  }
  return { comparisons, problems };
}

/** The table of all runs of a plan, the means over the seeds, and the paired tests. */
export function summaryText(
  outcomes: readonly RunOutcome[],
  { comparisons }: { comparisons: readonly StudentComparison[] },
): string {
  const means = meansOverSeeds(outcomes);
  return [
    table(outcomes, outcomeColumns),
    ...(means.length === 0 ? [] : [`Means over the seeds:\n${table(means, meanColumns)}`]),
    ...(comparisons.length === 0 ? [] : [comparisons.map(comparisonLine).join('\n')]),
  ].join('\n\n');
}

function comparisonLine({ name, seed, comparison }: StudentComparison): string {
  return `${name} against baseline, seed ${seed}: ${comparisonWords(comparison)}`;
}

type Placed = Exclude<RunOutcome, { kind: 'skipped' }>;

function isFinished(outcome: RunOutcome): outcome is Placed {
  return outcome.kind !== 'skipped' && outcome.state.state === 'finished';
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
  { title: 'accuracy', align: 'right', cell: tested(({ accuracy }) => percent(accuracy)) },
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
    const key = canonicalJson({ ...run.spec, seed: undefined, name: undefined });
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

function teachingWords({ distill }: RunSpec): string {
  return distill === null ? '' : `T ${distill.temperature} α ${distill.alpha}`;
}
