import type { JSX } from 'preact';
import type { Problem } from '../src/core/problem.js';

/** What went wrong and what to do, where it is seen. */
export function ProblemLine({ problem }: { readonly problem: Problem }): JSX.Element {
  return (
    <p class="problem" role="alert">
      {problem.message}
      {problem.fix !== undefined && <span class="fix"> {problem.fix}</span>}
    </p>
  );
}
