import { useEffect, useState } from 'preact/hooks';
import type { PairedComparison } from '../src/core/evaluation/comparison.js';
import type { TestSet } from '../src/core/evaluation/testSet.js';
import { problemOf, type Problem } from '../src/core/problem.js';
import type { RunKey } from '../src/panel/protocol.js';
import type { Connection } from './connection.js';

/** A run and the baseline that it is tested against, both finished. */
export interface TestedPair {
  readonly run: RunKey;
  readonly baseline: RunKey;
}

/** What the host says of finished runs on their test set: asked for once, and one after another. */
export class TestResults {
  readonly #paired = new Map<string, Promise<PairedComparison>>();
  readonly #testSets = new Map<RunKey, Promise<TestSet | null>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  /** @throws ProblemError what the host says is wrong */
  paired(pair: TestedPair): Promise<PairedComparison> {
    return this.#once(this.#paired, pairKey(pair), () => this.connection.request('paired', pair));
  }

  /** @throws ProblemError what the host says is wrong */
  testSet(run: RunKey): Promise<TestSet | null> {
    return this.#once(this.#testSets, run, () => this.connection.request('testSet', { run }));
  }

  #once<A>(answers: Map<string, Promise<A>>, key: string, ask: () => Promise<A>): Promise<A> {
    const known = answers.get(key);
    if (known !== undefined) return known;
    // The logits of a pair may be large: the host holds those of one pair at a time.
    const answer = this.#last.then(ask, ask);
    this.#last = answer;
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    return answer;
  }
}

export function pairKey({ run, baseline }: TestedPair): string {
  return `${run}\n${baseline}`;
}

/** Paired tests as far as they have come, by `pairKey`, and why others could not be made. */
export interface PairedTests {
  readonly results: ReadonlyMap<string, PairedComparison>;
  readonly problems: readonly Problem[];
}

const noTests: PairedTests = { results: new Map(), problems: [] };

/** Asks for the tests of pairs, and draws the component again with each that comes. */
export function usePairedTests(tests: TestResults, pairs: readonly TestedPair[]): PairedTests {
  const [known, setKnown] = useState(noTests);
  const asked = pairs.map(pairKey).join('\n\n');
  useEffect(() => {
    let isWanted = true;
    setKnown(({ results }) => ({ results, problems: [] }));
    for (const pair of pairs) {
      tests.paired(pair).then(
        (comparison) => {
          if (!isWanted) return;
          setKnown(({ results, problems }) => ({
            results: new Map([...results, [pairKey(pair), comparison]]),
            problems,
          }));
        },
        (error: unknown) => {
          if (isWanted) setKnown(({ results, problems }) => ({ results, problems: [...problems, problemOf(error)] }));
        },
      );
    }
    return () => {
      isWanted = false;
    };
  }, [tests, asked]);
  return known;
}

/** What the test set of a run is made of; null until it is known, and where it cannot be. @param run null where it is not wanted */
export function useTestSet(tests: TestResults, run: RunKey | null): TestSet | null {
  const [known, setKnown] = useState<{ readonly run: RunKey; readonly testSet: TestSet | null } | null>(null);
  useEffect(() => {
    if (run === null) return;
    let isWanted = true;
    const settle = (testSet: TestSet | null): void => {
      if (isWanted) setKnown({ run, testSet });
    };
    // What is wrong with the file is told by the views that read it.
    tests.testSet(run).then(settle, () => settle(null));
    return () => {
      isWanted = false;
    };
  }, [tests, run]);
  return known?.run === run ? known.testSet : null;
}
