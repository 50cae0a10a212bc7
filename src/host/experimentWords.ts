import type { Problem } from '../core/problem.js';
import type { PlannedRun } from '../core/spec/plan.js';
import { roles, type Role } from '../core/spec/spec.js';
import {
  seedVerdictWords,
  sharedVerdict,
  verdictOf,
  verdicts,
  verdictSentence,
  type Verdict,
} from '../core/evaluation/verdict.js';
import { experimentVerdictPhrase } from '../core/statistics/experimentVerdictWords.js';
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
import { reasonWords, type Failure } from './training/failure.js';
import { runTitle } from './workspace/listedRun.js';

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
  /** The first run that failed or was interrupted, where one did. */
  readonly failed: FailedRun | null;
  /** Why students could not be compared. */
  readonly problems: readonly Problem[];
}

/** What came of an experiment, with what can be done about it. */
export interface EndedExperiment extends Pick<ExperimentWords, 'text' | 'whole' | 'doubtful' | 'open'> {
  /** Why not all of it is finished; null where nothing can be done about that. */
  readonly failure: Failure | null;
}

/** A run that did not get to its end by itself, and why. */
export interface FailedRun {
  readonly run: PlannedRun;
  readonly problem: Problem;
  /** Its folder; null where it was refused before it had one. */
  readonly path: string | null;
}

/** `MNIST quick: teacher 67 errors, baseline 146 errors, student 74 errors; student better than its baseline by 0.72 points (p < 1e-15).` */
export async function experimentWords(name: string, outcomes: readonly RunOutcome[]): Promise<ExperimentWords> {
  const { comparisons, verdict, problems } = await compareStudents(outcomes);
  const atChance = await runsAtChance(outcomes);
  const finished = outcomes.filter(isFinished);
  const best = bestOf(finished.filter(({ run }) => run.spec.role === 'student')) ?? bestOf(finished);
  const left = outcomes.length - finished.length;
  const parts = roles.map((role) => roleWords(finished, { role, atChance })).filter((part) => part !== null);
  // Of several seeds there is one verdict; of one, what is told of each student.
  const compared = verdict?.kind === 'seeds' ? experimentVerdictPhrase(verdict) : comparisonWords(comparisons);
  const tested = compared === null ? '' : `; ${compared}`;
  const failures = outcomes.map(failureOf).filter((failure) => failure !== null);
  const [failed = null] = failures;
  const came = parts.length === 0 ? (failed === null ? 'nothing is finished.' : null) : `${parts.join(', ')}${tested}.`;
  const why = failed === null ? null : failureWords(failed, { others: failures.length - 1, left });
  const unfinished =
    left === 0 || failed !== null ? null : `${counted(left, 'run')} of ${count(outcomes.length)} not finished.`;
  return {
    text: `${name}: ${[came, why, unfinished].filter((part) => part !== null).join(' ')}`,
    whole: left === 0,
    doubtful: atChance.size > 0,
    news: outcomes.some(({ kind }) => kind !== 'reused'),
    open: best?.folder.path ?? null,
    failed,
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

/** Students that wait for a teacher that failed, and what was stopped, have not failed themselves. */
function failureOf(outcome: RunOutcome): FailedRun | null {
  const { run } = outcome;
  if (outcome.kind === 'skipped') {
    const { reason } = outcome;
    return ['cancelled', 'teacher-unfinished'].includes(reason.code) ? null : { run, problem: reason, path: null };
  }
  const { state, problem } = outcome.state;
  if (problem === null || (state !== 'failed' && state !== 'interrupted')) return null;
  return { run, problem, path: outcome.folder.path };
}

/** `teacher · seed 0 failed: A file of … is not there. Fetch it. 1 more run failed, 2 were not begun.` */
function failureWords(
  { run, problem }: FailedRun,
  { others, left }: { readonly others: number; readonly left: number },
): string {
  const unbegun = left - others - 1;
  const more = [
    others === 0 ? null : `${counted(others, 'more run')} failed`,
    unbegun === 0 ? null : `${counted(unbegun, 'run')} ${unbegun === 1 ? 'was' : 'were'} not begun`,
  ].filter((part) => part !== null);
  return [
    `${runTitle(run.spec)} failed: ${reasonWords(problem, { data: run.spec.data, hasFile: true })}`,
    more.length === 0 ? '' : `${more.join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function bestOf(outcomes: readonly Placed[]): Placed | null {
  const errorsOf = ({ state }: Placed): number => state.test?.errors ?? Infinity;
  const [first, ...more] = outcomes;
  if (first === undefined) return null;
  return more.reduce((best, next) => (errorsOf(next) < errorsOf(best) ? next : best), first);
}
