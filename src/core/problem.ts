/**
 * What went wrong, in words for a person: shown by the command line and the editor, written to a run's log.
 * `code` is stable and kebab-case, for programs; `message` says what happened and what was expected;
 * `mend` says what to do.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly mend?: string;
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

/** The problem inside an error: the one it carries, or a description of an unexpected error. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'unexpected',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    mend: 'This is a defect in Distillery. Please report it together with trainer.log of the run.',
  };
}

/** One line, or two, as a terminal shows it: `file:line:column path: message` and what to do. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path } = problem.place ?? {};
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const place = [position, path].filter((part) => part !== undefined && part !== '').join(' ');
  const head = place === '' ? problem.message : `${place}: ${problem.message}`;
  return problem.mend === undefined ? head : `${head}\n  ${problem.mend}`;
}

/** Marks a branch that the types say cannot be reached. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
