import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { SumName, SumQuestions } from './protocol.js';
import type { Sums } from './sums.js';

/** What was asked of the worker, as far as it has come. */
export interface SumState<A> {
  /** The answer to what is asked now; null until it has come. */
  readonly value: A | null;
  /** The answer that came last, perhaps to something before; null before the first. */
  readonly latest: A | null;
  /** Why there is no answer; null where nothing is wrong. */
  readonly problem: Problem | null;
}

interface Settled<A> {
  readonly to: readonly unknown[];
  readonly answer: A | null;
  readonly problem: Problem | null;
}

/**
 * Asks the worker, anew whenever one of `to` is another, and takes back what is not wanted any more.
 * @param ask null where nothing is to be asked
 * @param to what the answer is to: all that decides it
 */
export function useSum<N extends SumName>(
  sums: Pick<Sums, 'ask'>,
  name: N,
  ask: SumQuestions[N]['ask'] | null,
  to: readonly unknown[],
): SumState<SumQuestions[N]['answer']> {
  type Answer = SumQuestions[N]['answer'];
  const [settled, setSettled] = useState<Settled<Answer> | null>(null);
  const asked = [sums, name, ask === null, ...to];
  useEffect(() => {
    if (ask === null) return;
    const abort = new AbortController();
    sums.ask(name, ask, { signal: abort.signal }).then(
      (answer) => setSettled({ to: asked, answer, problem: null }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setSettled((before) => ({ to: asked, answer: before?.answer ?? null, problem: problemOf(error) }));
      },
    );
    return () => abort.abort();
  }, asked);
  const isCurrent = settled !== null && settled.to.every((each, at) => Object.is(each, asked[at]));
  return {
    value: isCurrent && settled.problem === null ? settled.answer : null,
    latest: settled?.answer ?? null,
    problem: isCurrent ? settled.problem : null,
  };
}
