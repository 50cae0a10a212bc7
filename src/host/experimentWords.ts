import type { Problem } from '../core/problem.js';
import { roles, type Role } from '../core/spec/spec.js';
import { count, counted, pValue } from '../core/words.js';
import { compareStudents, isFinished, type Placed, type StudentComparison } from '../launch/compareStudents.js';
import type { RunOutcome } from '../launch/queueEvent.js';

/** What came of an experiment, in words for a notification. */
export interface ExperimentWords {
  readonly text: string;
  /** Whether every run of it is finished. */
  readonly whole: boolean;
  /** Whether anything was trained; an experiment whose runs were all there already is no news. */
  readonly news: boolean;
  /** Folder of the run to look at first. */
  readonly open: string | null;
  /** Why students could not be compared. */
  readonly problems: readonly Problem[];
}

/** `MNIST quick: teacher 67 errors, baseline 146, student 74; student against baseline p < 1e-15.` */
export async function experimentWords(name: string, outcomes: readonly RunOutcome[]): Promise<ExperimentWords> {
  const { comparisons, problems } = await compareStudents(outcomes);
  const finished = outcomes.filter(isFinished);
  const best = bestOf(finished.filter(({ run }) => run.spec.role === 'student')) ?? bestOf(finished);
  const left = outcomes.length - finished.length;
  const parts = roles.map((role) => roleWords(finished, role)).filter((part) => part !== null);
  const [first] = comparisons;
  const tested = comparisons.length === 1 && first !== undefined ? `; ${comparisonWords(first)}` : '';
  const unfinished = left === 0 ? '' : ` ${counted(left, 'run')} of ${count(outcomes.length)} not finished.`;
  return {
    text: `${name}: ${parts.length === 0 ? 'nothing is finished' : parts.join(', ')}${tested}.${unfinished}`,
    whole: left === 0,
    news: outcomes.some(({ kind }) => kind !== 'reused'),
    open: best?.folder.path ?? null,
    problems,
  };
}

/** `teacher 67 errors`, `4 students 71 to 90 errors`. */
function roleWords(finished: readonly Placed[], role: Role): string | null {
  const errors = finished.filter(({ run }) => run.spec.role === role).flatMap(({ state }) => state.test?.errors ?? []);
  const [only] = errors;
  if (only === undefined) return null;
  if (errors.length === 1) return `${role} ${counted(only, 'error')}`;
  return `${counted(errors.length, role)} ${count(Math.min(...errors))} to ${counted(Math.max(...errors), 'error')}`;
}

function comparisonWords({ comparison }: StudentComparison): string {
  return `student against baseline ${pValue(comparison.p)}`;
}

function bestOf(outcomes: readonly Placed[]): Placed | null {
  const errorsOf = ({ state }: Placed): number => state.test?.errors ?? Infinity;
  const [first, ...more] = outcomes;
  if (first === undefined) return null;
  return more.reduce((best, next) => (errorsOf(next) < errorsOf(best) ? next : best), first);
}
