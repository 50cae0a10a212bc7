import { ProblemError } from '../core/problem.js';

/** A damaged run is shown by the list; elsewhere it is just none that can be used. */
export function ignoreDamaged(error: unknown): null {
  if (error instanceof ProblemError) return null;
  throw error;
}
