import { compareRight, type PairedComparison } from '../core/evaluation/comparison.js';
import { canonicalJson } from '../core/json.js';
import { ProblemError, type Problem } from '../core/problem.js';
import type { RunSpec } from '../core/spec/spec.js';
import { experimentVerdict, type ExperimentVerdict, type SeedResult } from '../core/statistics/experimentVerdict.js';
import { readRight } from '../run/logits/pairedTest.js';
import type { RunOutcome } from './queueEvent.js';

/** A student of a plan, finished, against the baseline of the same seed. */
export interface StudentComparison {
  readonly student: string;
  readonly baseline: string;
  /** How messages call the student: its name, with T and α where the name alone says too little. */
  readonly name: string;
  readonly seed: number;
  /** The same for students that differ in nothing but their seed. */
  readonly settings: string;
  readonly comparison: PairedComparison;
}

/** What the students of a plan say beside their baselines. */
export interface StudentComparisons {
  /** Each finished student with its finished baseline. */
  readonly comparisons: readonly StudentComparison[];
  /** What they say together; null where none could be compared. */
  readonly verdict: ExperimentVerdict | null;
  /** Where the logits of two do not allow it. */
  readonly problems: readonly Problem[];
}

/** Compares each finished student with its finished baseline, and tells what that says over seeds and pictures. */
export async function compareStudents(outcomes: readonly RunOutcome[]): Promise<StudentComparisons> {
  const done = new Map(outcomes.filter(isFinished).map((outcome) => [outcome.run.key, outcome]));
  const comparisons: StudentComparison[] = [];
  const told = new Map<string, { name: string; baseline: string; seeds: SeedResult[] }>();
  const problems: Problem[] = [];
  for (const second of done.values()) {
    const first = second.run.baseline === null ? undefined : done.get(second.run.baseline);
    if (first === undefined) continue;
    const { key, spec } = second.run;
    const teaching = teachingWords(spec);
    const ambiguous = outcomes.some(({ run }) => run.spec.name === spec.name && teachingWords(run.spec) !== teaching);
    const name = ambiguous ? `${spec.name} ${teaching}` : spec.name;
    try {
      const { first: baseline, second: student } = await readRight({ first, second });
      const comparison = compareRight({ first: baseline, second: student });
      const settings = settingsBesideSeed(spec);
      comparisons.push({ student: key, baseline: first.run.key, name, seed: spec.seed, settings, comparison });
      const group = told.get(settings) ?? { name, baseline: settingsBesideSeed(first.run.spec), seeds: [] };
      const validationErrors = second.state.history.at(-1)?.validation?.errors ?? null;
      group.seeds.push({ seed: spec.seed, pair: { student, baseline }, validationErrors });
      told.set(settings, group);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(error.problem);
    }
  }
  return { comparisons, verdict: experimentVerdict([...told.values()]), problems };
}

/** What students say over their seeds: those that differ in nothing else are together, in the order of the plan. */
export function bySettings(comparisons: readonly StudentComparison[]): (readonly StudentComparison[])[] {
  const kinds = new Set(comparisons.map(({ settings }) => settings));
  return [...kinds].map((kind) => comparisons.filter(({ settings }) => settings === kind));
}

/** All of a spec but its seed and its name, as a text to compare. */
export function settingsBesideSeed(spec: RunSpec): string {
  return canonicalJson({ ...spec, seed: undefined, name: undefined });
}

/** A run of the plan that has a folder. */
export type Placed = Exclude<RunOutcome, { kind: 'skipped' }>;

export function isFinished(outcome: RunOutcome): outcome is Placed {
  return outcome.kind !== 'skipped' && outcome.state.state === 'finished';
}

function teachingWords({ distill }: RunSpec): string {
  return distill === null ? '' : `T ${distill.temperature} α ${distill.alpha}`;
}
