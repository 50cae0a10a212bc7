import type { Problem } from '../core/problem.js';
import { roles, type Role } from '../core/spec/spec.js';
import {
  seedVerdictWords,
  sharedVerdict,
  verdictOf,
  verdicts,
  verdictSentence,
  type Verdict,
} from '../core/evaluation/verdict.js';
import { count, counted } from '../core/words.js';
import { runsAtChance } from '../launch/chanceRuns.js';
import {
  bySettings,
  compareStudents,
  isFinished,
  type Placed,
  type StudentComparison,
} from '../launch/compareStudents.js';
import type { RunOutcome } from '../launch/queueEvent.js';

/** What came of an experiment, in words for a notification. */
export interface ExperimentWords {
  readonly text: string;
  /** Whether every run of it is finished. */
  readonly whole: boolean;
  /** Whether some run of it is finished and learned nothing. */
  readonly doubtful: boolean;
  /** Whether anything was trained; an experiment whose runs were all there already is no news. */
  readonly news: boolean;
  /** Folder of the run to look at first. */
  readonly open: string | null;
  /** Why students could not be compared. */
  readonly problems: readonly Problem[];
}

/** `MNIST quick: teacher 67 errors, baseline 146 errors, student 74 errors; student better than its baseline by 0.72 points (p < 1e-15).` */
export async function experimentWords(name: string, outcomes: readonly RunOutcome[]): Promise<ExperimentWords> {
  const { comparisons, problems } = await compareStudents(outcomes);
  const atChance = await runsAtChance(outcomes);
  const finished = outcomes.filter(isFinished);
  const best = bestOf(finished.filter(({ run }) => run.spec.role === 'student')) ?? bestOf(finished);
  const left = outcomes.length - finished.length;
  const parts = roles.map((role) => roleWords(finished, { role, atChance })).filter((part) => part !== null);
  const compared = comparisonWords(comparisons);
  const tested = compared === null ? '' : `; ${compared}`;
  const unfinished = left === 0 ? '' : ` ${counted(left, 'run')} of ${count(outcomes.length)} not finished.`;
  return {
    text: `${name}: ${parts.length === 0 ? 'nothing is finished' : parts.join(', ')}${tested}.${unfinished}`,
    whole: left === 0,
    doubtful: atChance.size > 0,
    news: outcomes.some(({ kind }) => kind !== 'reused'),
    open: best?.folder.path ?? null,
    problems,
  };
}

/** `teacher 67 errors`, `teacher 9,000 errors (no better than chance)`, `4 students 71 to 90 errors`. */
function roleWords(
  finished: readonly Placed[],
  { role, atChance }: { role: Role; atChance: ReadonlyMap<string, unknown> },
): string | null {
  const ofRole = finished.filter(({ run }) => run.spec.role === role);
  const errors = ofRole.flatMap(({ state }) => state.test?.errors ?? []);
  const [only] = errors;
  if (only === undefined) return null;
  const doubtful = ofRole.filter(({ run }) => atChance.has(run.key)).length;
  const chance = doubtful === 0 ? '' : ` (${errors.length === 1 ? '' : `${count(doubtful)} `}no better than chance)`;
  if (errors.length === 1) return `${role} ${counted(only, 'error')}${chance}`;
  return `${counted(errors.length, role)} ${count(Math.min(...errors))} to ${counted(Math.max(...errors), 'error')}${chance}`;
}

/** Who won, in a phrase: of one pair by how much, of more how many; null where nothing could be compared. */
export function comparisonWords(comparisons: readonly StudentComparison[]): string | null {
  const [students, ...others] = bySettings(comparisons);
  if (students === undefined) return null;
  const [only, ...more] = students;
  if (others.length === 0 && more.length === 0 && only !== undefined) {
    return verdictSentence(only.comparison, { second: 'student', first: 'its baseline' });
  }
  if (others.length === 0) return `student against its baseline: ${seedVerdictWords(verdictsOf(students))}`;
  return `against their baselines: ${kindsWords([students, ...others].map(verdictsOf))}`;
}

const verdictsOf = (comparisons: readonly StudentComparison[]): Verdict[] =>
  comparisons.map(({ comparison }) => verdictOf(comparison));

/** `4 students, 2 better, 1 cannot be told, 1 with seeds that disagree`: of students that differ in more than their seed. */
function kindsWords(kinds: readonly (readonly Verdict[])[]): string {
  const shared = kinds.map(sharedVerdict);
  const told = [
    ...verdicts.map((verdict) => ({ number: shared.filter((each) => each === verdict).length, what: verdict })),
    { number: shared.filter((each) => each === null).length, what: 'with seeds that disagree' },
  ];
  return `${counted(kinds.length, 'student')}, ${told
    .filter(({ number }) => number > 0)
    .map(({ number, what }) => `${count(number)} ${what}`)
    .join(', ')}`;
}

function bestOf(outcomes: readonly Placed[]): Placed | null {
  const errorsOf = ({ state }: Placed): number => state.test?.errors ?? Infinity;
  const [first, ...more] = outcomes;
  if (first === undefined) return null;
  return more.reduce((best, next) => (errorsOf(next) < errorsOf(best) ? next : best), first);
}
