import { editorProblem, remedyOf, remedyTitle, type RemedyContext } from '../../core/remedy.js';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import type { Problem } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import type { WholeRun } from '../workspace/listedRun.js';
import type { AskedExperiment } from './experimentQueue.js';

/** Something that did not run, and why. */
export interface Failure {
  readonly problem: Problem;
  /** The experiment file to look at and to run again; null where there is none. */
  readonly file: string | null;
  /** Which of its runs were wanted; all when empty. */
  readonly only: readonly string[];
  readonly data: DataSpec | null;
  /** The folder of the run that failed; null where it was refused before it had one. */
  readonly run: string | null;
}

/** Why a run failed; null where it did not, or nobody knows. */
export function failureOfRun({ record, experimentFile, summary, folder }: WholeRun): Failure | null {
  const { problem } = summary;
  return problem === null
    ? null
    : { problem, file: experimentFile, only: [], data: record.spec.data, run: folder.path };
}

/**
 * The same with what this window has seen. Who saw a trainer end knows more of it than its folder tells; what the trainer
 * wrote down itself comes before all.
 */
export function failureSeen(run: WholeRun, seen: Iterable<Failure>): Failure | null {
  const own = failureOfRun(run);
  if (run.summary.state === 'failed') return own;
  return [...seen].find((each) => each.run === run.folder.path) ?? own;
}

/** Why an experiment could not be begun. */
export function failureOfExperiment({ file, text, only }: AskedExperiment, problem: Problem): Failure {
  const data = parseExperiment(text, { file }).experiment?.data ?? null;
  return { problem, file, only, data, run: null };
}

export function contextOf({ file, data }: Pick<Failure, 'file' | 'data'>): RemedyContext {
  return { data, hasFile: file !== null };
}

/** Why, and what to do, in a line: `A file of the data set cifar10 is not there. Fetch it, or …` */
export function reasonOf(failure: Failure): string {
  return reasonWords(failure.problem, contextOf(failure));
}

/** The same of a problem that is of no failure yet. */
export function reasonWords(problem: Problem, context: RemedyContext): string {
  const { message, fix } = editorProblem(problem, context);
  // Further lines are the last output of a trainer, which a button shows.
  const [first = ''] = message.split('\n');
  return fix === undefined ? first : `${first} ${fix}`;
}

/** What the button says that does something about it; null where there is nothing but what was told. */
export function buttonOf(failure: Failure): string | null {
  const remedy = remedyOf(failure.problem, contextOf(failure));
  return remedy === 'output' && failure.run === null ? null : remedyTitle(remedy, failure);
}

/** The word that menus of the tree ask for: `fix-fetch`. */
export function fixWord(failure: Failure): string | null {
  return buttonOf(failure) === null ? null : `fix-${remedyOf(failure.problem, contextOf(failure))}`;
}
