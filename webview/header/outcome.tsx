import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { comparePaired, type PairedComparison } from '../../src/core/evaluation/comparison.js';
import type { RunStatus } from '../../src/panel/protocol.js';
import { count, none, percent, pValue } from '../../src/core/words.js';
import { partiesOf, type Parties } from '../parties.js';
import type { RunData } from '../store.js';
import { useLogits, type LogitsState } from '../useLogits.js';
import type { ViewProps } from '../view.js';

/** What came of the run: errors on the test set beside those of its teachers and of the baseline, and whether that says anything. */
export function Outcome(props: ViewProps): JSX.Element | null {
  const parties = partiesOf(props.store, props.selection);
  const paired = useBaselineComparison(props, parties);
  if (parties === null) return null;
  const { run, teachers, baseline } = parties;
  const rows = [
    ...teachers.map((teacher) => ({ data: teacher, name: teacher.run.record.spec.name, role: 'teacher' })),
    ...(baseline === null ? [] : [{ data: baseline, name: 'baseline', role: 'baseline' }]),
    { data: run, name: 'this', role: run.run.record.spec.role },
  ];
  if (rows.every(({ data }) => data.status?.test == null)) return null;
  return (
    <dl class="outcome" aria-label="Errors on the test set">
      <dt class="muted">test errors</dt>
      {rows.map(({ data, name, role }) => (
        <dd key={data.run.key} title={errorsTitle(data.status)}>
          {rows.length > 1 && <span class={role}>{name} </span>}
          <strong>{errors(data.status)}</strong>
        </dd>
      ))}
      {baseline !== null && <dd>{differenceWords({ run: run.status, baseline: baseline.status, paired })}</dd>}
    </dl>
  );
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

/** `−72 against baseline, p < 0.001 (McNemar)`; without a p while one of the two still learns. */
function differenceWords({
  run,
  baseline,
  paired,
}: {
  run: RunStatus | null;
  baseline: RunStatus | null;
  paired: PairedComparison | null;
}): JSX.Element | null {
  const [ours, theirs] = [run?.test ?? null, baseline?.test ?? null];
  if (ours === null || theirs === null || ours.n !== theirs.n) return null;
  const change = ours.errors - theirs.errors;
  const words = change === 0 ? '±0' : `${change < 0 ? '−' : '+'}${count(Math.abs(change))}`;
  return (
    <>
      <strong class={change < 0 ? 'better' : change > 0 ? 'worse' : ''}>{words}</strong> against baseline
      {paired === null ? '' : `, ${pValue(paired.p)} (McNemar)`}
    </>
  );
}

/** The paired test against the baseline, once both have finished: before, its p would mean little and cost much. */
function useBaselineComparison(props: ViewProps, parties: Parties | null): PairedComparison | null {
  const latest = { ...props, selection: { ...props.selection, split: 'test' as const, epoch: null } };
  const baseline = parties?.baseline ?? null;
  const both = baseline !== null && finished(baseline) && parties !== null && finished(parties.run);
  const first = useLogits(latest, both ? baseline : null);
  const second = useLogits(latest, both ? parties.run : null);
  const [theirs, ours] = [answerOf(first), answerOf(second)];
  return useMemo(() => {
    if (theirs === null || ours === null || theirs.classes !== ours.classes) return null;
    if (theirs.n !== ours.n || theirs.labels.some((label, row) => label !== ours.labels[row])) return null;
    return comparePaired({ first: theirs.logits, second: ours.logits, labels: ours.labels, classes: ours.classes });
  }, [theirs, ours]);
}

function finished({ status }: RunData): boolean {
  return status?.state === 'finished';
}

function answerOf(state: LogitsState) {
  return state.state === 'ready' ? state.answer : null;
}
