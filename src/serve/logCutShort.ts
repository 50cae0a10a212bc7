import { ProblemError } from '../core/problem.js';

/** A log that went further when it was read before. */
export function logCutShort({ log, step }: { log: string; step: number }): ProblemError {
  return new ProblemError({
    code: 'log-cut-short',
    message: `The log was cut short: it ends at step ${step} and went further before.`,
    fix: 'Bring the log back from a copy, or resume the run: it goes on from its checkpoint.',
    place: { file: log },
  });
}
