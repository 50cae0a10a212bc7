import { availableParallelism } from 'node:os';
import { ProblemError } from '../core/problem.js';
import { counted } from '../core/words.js';

/** How many threads a process computes with on the CPU. */
export interface Threads {
  readonly count: number;
  /** How many the run was begun with, where it goes on with another number; else null. */
  readonly insteadOf: number | null;
}

const variable = 'DISTILLERY_THREADS';
const most = 1024;

/**
 * The number of threads decides the last bits of some networks' results: what `DISTILLERY_THREADS` asks for; else what
 * the run was begun with, where there are as many processors; else one for each processor that this process may use.
 * @param begun how many the run was begun with; null for a new one, and where its log does not tell
 * @throws ProblemError `bad-threads` where the variable is no number of threads
 */
export function threadsFor(
  begun: number | null,
  {
    asked = process.env[variable],
    available = availableParallelism(),
  }: { asked?: string | undefined; available?: number } = {},
): Threads {
  const count = asked === undefined || asked === '' ? Math.min(begun ?? available, available) : parsed(asked);
  return { count, insteadOf: begun === null || begun === count ? null : begun };
}

function parsed(asked: string): number {
  const count = Number(asked);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new ProblemError({
    code: 'bad-threads',
    message: `The environment variable ${variable} is “${asked}”, which is no number of threads.`,
    fix: `Set it to a whole number from 1 to ${most}, or unset it for one thread a processor.`,
  });
}

/** What a person should know of a run that goes on with another number of threads. */
export const threadsWords = ({ count, insteadOf }: { count: number; insteadOf: number }): string =>
  `The run was begun with ${counted(insteadOf, 'thread')} and goes on with ${count}: results may differ in their last digits from those of a run in one go. ` +
  `${variable}=${insteadOf} repeats them, more slowly where there are fewer processors.`;
