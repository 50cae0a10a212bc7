import type { ComponentChildren, JSX } from 'preact';
import { verdictOf, verdictWords } from '../../src/core/evaluation/verdict.js';
import type { PairedComparison } from '../../src/core/evaluation/comparison.js';
import { chanceWords, isAtChance, type TestSet } from '../../src/core/evaluation/testSet.js';
import type { Problem } from '../../src/core/problem.js';
import type { RunStatus } from '../../src/panel/protocol.js';
import { count, none, percent } from '../../src/core/words.js';
import { partiesOf, type Parties } from '../parties.js';
import type { RunData } from '../store.js';
import { pairKey, usePairedTests, type TestResults } from '../testResults.js';
import { Verdict } from '../verdict.js';
import type { ViewProps } from '../view.js';

interface OutcomeProps extends ViewProps {
  /** Of the run; null while it is not known. */
  readonly testSet: TestSet | null;
}

/** What came of the run: errors on the test set beside those of its teachers and of the baseline, and whether that says anything. */
export function Outcome({ store, selection, tests, testSet }: OutcomeProps): JSX.Element | null {
  const parties = partiesOf(store, selection);
  const { paired, problem } = useBaselineComparison(tests, parties);
  if (parties === null) return null;
  const { run, teachers, baseline } = parties;
  const rows = [
    ...teachers.map((teacher) => ({ data: teacher, name: teacher.run.record.spec.name, role: 'teacher' })),
    ...(baseline === null ? [] : [{ data: baseline, name: 'baseline', role: 'baseline' }]),
    { data: run, name: run.run.record.spec.name, role: run.run.record.spec.role },
  ];
  if (rows.every(({ data }) => data.status?.test == null)) return null;
  return (
    <dl class="outcome" aria-label="Errors on the test set">
      <dt class="muted">test errors</dt>
      {rows.map(({ data, name, role }) => (
        <dd key={data.run.key} title={errorsTitle(data.status)}>
          {rows.length > 1 && <span class={role}>{name} </span>}
          <strong>{errors(data.status)}</strong>
          {data !== run && <ChanceMark data={data} testSet={testSet} />}
        </dd>
      ))}
      {baseline !== null && <dd>{differenceWords({ run: run.status, baseline: baseline.status, paired })}</dd>}
      {problem !== null && <dd class="muted">not tested against baseline: {problem.message}</dd>}
      {testSet?.isUnbalanced === true && <dd>{balanceWords(run, testSet)}</dd>}
    </dl>
  );
}

/** Beside the errors of one that knows nothing, as whoever learns from it should know. */
function ChanceMark({ data, testSet }: { data: RunData; testSet: TestSet | null }): JSX.Element | null {
  const test = data.status?.test ?? null;
  if (test === null || testSet === null || test.n !== testSet.n || !isAtChance(test, testSet)) return null;
  return (
    <span>
      {' '}
      <span class="doubt-mark" aria-hidden="true">
        ⚠
      </span>{' '}
      {chanceWords(testSet)}
    </span>
  );
}

/** `accuracy 93.10 %, balanced 61.20 % (largest class “ok”: 92.00 % of the test set)`. */
function balanceWords({ status }: RunData, { largestClass, largestShare }: TestSet): string {
  const test = status?.test ?? null;
  const name = status?.started?.classes?.[largestClass] ?? String(largestClass);
  const accuracies = [
    test === null ? null : `accuracy ${percent(test.accuracy)}`,
    test?.balancedAccuracy === undefined ? null : `balanced ${percent(test.balancedAccuracy)}`,
  ].filter((part) => part !== null);
  return `${accuracies.join(', ')} (largest class “${name}”: ${percent(largestShare)} of the test set)`;
}

function errors(status: RunStatus | null): string {
  const test = status?.test ?? null;
  return test === null ? none : count(test.errors);
}

function errorsTitle(status: RunStatus | null): string {
  const test = status?.test ?? null;
  if (test === null) return 'Not evaluated yet';
  return `${count(test.errors)} of ${count(test.n)} wrong, accuracy ${percent(test.accuracy)}, after epoch ${status?.epoch ?? 0}`;
}

/** `better than baseline by 0.72 points (p < 1e-15), −72 errors`; only the errors while one of the two still learns. */
function differenceWords({
  run,
  baseline,
  paired,
}: {
  run: RunStatus | null;
  baseline: RunStatus | null;
  paired: PairedComparison | null;
}): ComponentChildren {
  const [ours, theirs] = [run?.test ?? null, baseline?.test ?? null];
  if (ours === null || theirs === null || ours.n !== theirs.n) return null;
  const change = ours.errors - theirs.errors;
  const more = change === 0 ? '±0' : `${change < 0 ? '−' : '+'}${count(Math.abs(change))}`;
  if (paired === null) return `${more} errors against baseline`;
  return (
    <span title="McNemar’s test, exact, on the examples where one is right and the other wrong; told apart below p = 0.05">
      against baseline: <Verdict verdict={verdictOf(paired)}>{verdictWords(paired)}</Verdict>, {more} errors
    </span>
  );
}

/** The paired test against the baseline, once both have finished: before, its p would mean little and cost much. */
function useBaselineComparison(
  tests: TestResults,
  parties: Parties | null,
): { readonly paired: PairedComparison | null; readonly problem: Problem | null } {
  const baseline = parties?.baseline ?? null;
  const both = parties !== null && baseline !== null && finished(baseline) && finished(parties.run);
  const pair = both ? { run: parties.run.run.key, baseline: baseline.run.key } : null;
  const { results, problems } = usePairedTests(tests, pair === null ? [] : [pair]);
  return {
    paired: pair === null ? null : (results.get(pairKey(pair)) ?? null),
    problem: pair === null ? null : (problems[0] ?? null),
  };
}

function finished({ status }: RunData): boolean {
  return status?.state === 'finished';
}
