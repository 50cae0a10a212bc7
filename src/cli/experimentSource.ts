import { resolve } from 'node:path';
import { roles, type Role } from '../core/spec/spec.js';
import type { EngineChoice } from '../core/spec/parts/engine.js';
import type { Experiment } from '../core/spec/experiment/experiment.js';
import { parseExperiment, type ExperimentProblem } from '../core/spec/experiment/experimentFile.js';
import { planRuns, selectRuns, type PlannedRun } from '../core/spec/plan.js';
import { formatProblem, ProblemError } from '../core/problem.js';
import { checkExperiment } from '../launch/checkExperiment.js';
import type { Checker } from '../launch/checkRuns.js';
import { unfinishedOf } from '../launch/pastRuns.js';
import { FileHashes } from '../node/files/fileHash.js';
import { sha256 } from '../node/files/hash.js';
import { readTextFile } from '../node/files/textFile.js';
import { locateExperiment, missingPlaces } from '../data/experiment/locate.js';
import { onInterrupt } from './interrupt.js';
import type { Output } from './output.js';
import { bytes, count, counted } from '../core/words.js';

/** Which experiment, and what of it is to be run. */
export interface ExperimentRequest {
  /** The file, as it was typed, so that places in messages can be clicked. */
  readonly name: string;
  /** The folder in which it was typed. */
  readonly current: string;
  readonly runsDir: string;
  /** Names, roles or keys of the runs that are wanted; all when empty. */
  readonly only: readonly string[];
  /** What computes, in place of what the experiment says. */
  readonly engine: EngineChoice | null;
  /** Whether what is finished is left unchecked, for it is not trained again. */
  readonly reuse: boolean;
  readonly checker: Checker;
}

/** An experiment that was looked at, with all that it names. */
export interface ExperimentSource {
  /** Null where there are problems. */
  readonly sound: { readonly experiment: Experiment; readonly plan: readonly PlannedRun[] } | null;
  /** Absolute path of the file. */
  readonly file: string;
  readonly problems: readonly ExperimentProblem[];
  readonly warnings: readonly ExperimentProblem[];
  /** What was looked at and is as it should be. */
  readonly looked: readonly string[];
}

/**
 * Reads an experiment file, plans its runs, and does what they would do before their first step. Says what it does where
 * that takes long; Ctrl-C ends it.
 * @throws ProblemError where the file cannot be read, `unknown-run`, `cancelled`
 */
export async function readExperiment(request: ExperimentRequest, output: Output): Promise<ExperimentSource> {
  const stop = new AbortController();
  const interrupt = onInterrupt({ first: () => stop.abort(cancelled), again: () => process.exit(130) });
  try {
    return await sourceOf(request, { output, signal: stop.signal });
  } finally {
    interrupt.dispose();
  }
}

const cancelled = new ProblemError({
  code: 'cancelled',
  message: 'Stopped before anything was begun.',
});

async function sourceOf(
  { name, current, runsDir, only, engine, reuse, checker }: ExperimentRequest,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<ExperimentSource> {
  const file = resolve(current, name);
  const text = await readTextFile(file, { name, attempt: 'read the experiment' });
  const parsed = parseExperiment(text, { file: name });
  const { warnings } = parsed;
  if (parsed.experiment === null) {
    const missing = await missingPlaces({ text, file });
    return { sound: null, file, problems: inOrder([...parsed.problems, ...missing]), warnings, looked: [] };
  }

  const say = patiently(output);
  const { located, problems } = await locateExperiment(parsed.experiment, {
    ...{ text, file, hashes: new FileHashes(), signal },
    onProgress: (path) => say((done, total) => `Reading ${path}: ${bytes(done)} of ${bytes(total)}`),
  });
  const whole = planRuns(located, { sha256 });
  const plan = only.length === 0 ? whole : selectRuns(whole, { only });
  const left = reuse ? await unfinishedOf(runsDir, plan) : plan;
  const sayChecked = say((done, total, what) => `Checking: ${what}, ${count(done)} of ${count(total)}`);
  const check = await checkExperiment(
    {
      ...{ experiment: located, plan: left, text, file, runsDir, known: problems },
      engine: engine ?? located.engine,
      whole: true,
    },
    { ...checker, signal, onProgress: ({ done, total, what }) => sayChecked(done, total, what) },
  );
  const all = inOrder([...problems, ...check.problems]);
  return {
    sound: all.length === 0 ? { experiment: located, plan } : null,
    file,
    problems: all,
    warnings: inOrder([...warnings, ...check.warnings]),
    looked: check.looked,
  };
}

const inOrder = (problems: readonly ExperimentProblem[]): ExperimentProblem[] =>
  problems.toSorted((a, b) => a.range.offset - b.range.offset);

const patienceMs = 2000;

/** Tells of long work, the first time when two seconds are over. */
function patiently(output: Output) {
  return (words: (done: number, total: number, what: string) => string) => {
    let next = performance.now() + patienceMs;
    return (done: number, total: number, what = ''): void => {
      if (performance.now() < next || done >= total) return;
      next = performance.now() + patienceMs;
      output.note(words(done, total, what));
    };
  };
}

/** Writes out warnings and problems, each at its place in the file as it was typed. */
export function noteProblems(
  { problems, warnings }: Pick<ExperimentSource, 'problems' | 'warnings'>,
  { name, output }: { name: string; output: Output },
): void {
  const named = (problem: ExperimentProblem): string =>
    formatProblem({ ...problem, place: { ...problem.place, file: name } });
  for (const warning of warnings) output.note(`Warning: ${named(warning)}`);
  for (const problem of problems) output.note(named(problem));
  if (problems.length > 0) output.note(`${counted(problems.length, 'problem')} in ${name}.`);
}

/** `7 runs (1 teacher, 3 baselines, 3 students)`. */
export function planWords(plan: readonly PlannedRun[]): string {
  const ofRole = (role: Role): number => plan.filter(({ spec }) => spec.role === role).length;
  const parts = roles.filter((role) => ofRole(role) > 0).map((role) => counted(ofRole(role), role));
  return `${counted(plan.length, 'run')} (${parts.join(', ')})`;
}
