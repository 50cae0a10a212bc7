/**
 * What went wrong, in words for a person: shown by the command line and the editor, written to a run's log.
 * `code` is stable and kebab-case, for programs; `message` says what happened and what was expected;
 * `fix` says what to do.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  /** Where it was found: a file, or a path inside one. */
  readonly place?: Place;
}

/** A place in a file; `line` and `column` count from 1. `path` is a dotted key path such as `distill.temperature`. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/** An error made for people. Anything else that is thrown is a defect of ours and is reported as one. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
  }
}

/** Several problems at once. As one it is the first of them, which says how many there are besides. */
export class ProblemsError extends ProblemError {
  constructor(
    readonly problems: readonly [Problem, ...Problem[]],
    options?: ErrorOptions,
  ) {
    const [first, ...others] = problems;
    const besides = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super({ ...first, message: `${first.message}${besides}` }, options);
  }
}

/** All problems inside an error, at least one. */
export function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof ProblemsError ? error.problems : [problemOf(error)];
}

/** @throws ProblemsError where there is a problem at all */
export function refuseAny(problems: readonly Problem[], options?: ErrorOptions): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new ProblemsError([first, ...others], options);
}

/**
 * Waits for all of some work.
 * @throws ProblemsError with everything that went wrong; what is no problem for people as it is
 */
export async function allOf<Work extends readonly unknown[] | []>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const ended: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(work);
  const failures = ended.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  const defect = failures.find((failure) => !(failure instanceof ProblemError));
  if (defect !== undefined)
    throw defect instanceof Error ? defect : new Error('what was thrown is no error', { cause: defect });
  refuseAny(failures.flatMap(problemsOf), { cause: failures[0] });
  return Promise.all(work);
}

/** The problem inside an error: the one it carries, or a description of an unexpected error. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'unexpected',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    fix: 'This is a defect in Distillery. Please report it with trainer.log of the run and what `distillery doctor` prints.',
  };
}

/** One line, or two, as a terminal shows it: `file:line:column path: message` and what to do. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path } = problem.place ?? {};
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const place = [position, path].filter((part) => part !== undefined && part !== '').join(' ');
  const head = place === '' ? problem.message : `${place}: ${problem.message}`;
  return problem.fix === undefined ? head : `${head}\n  ${problem.fix}`;
}

/** Marks a branch that the types say cannot be reached. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
