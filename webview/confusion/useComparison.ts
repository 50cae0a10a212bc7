import { useMemo } from 'preact/hooks';
import type { EvaluationSplit } from '../../src/panel/protocol.js';
import type { Compared } from './compared.js';
import { mismatch } from '../sums/judged.js';
import type { Subject } from './subject.js';
import type { JudgedState } from './useJudged.js';

/** The models whose answers are there and can be compared, and what there is to say of the others. */
export function useComparison({
  first,
  second,
  left,
  right,
  split,
}: {
  first: Subject | null;
  second: Subject | null;
  left: JudgedState;
  right: JudgedState;
  split: EvaluationSplit;
}): { pair: Omit<Compared, 'names'> | null; notes: readonly string[] } {
  const [ours, theirs] = [left, right].map((state) => (state.state === 'ready' ? state.judged : null));
  const who = [first, second].map((subject) => `${subject?.id ?? ''} ${subject?.name ?? ''}`).join('\n');
  return useMemo(() => {
    const notes = [...noteOf(first, left, split), ...noteOf(second, right, split)];
    // While one is on its way the other does not stand alone: everything would move twice.
    if (left.state === 'loading' || right.state === 'loading') return { pair: null, notes };
    const [one, other] = [
      { subject: first, judged: ours ?? null },
      { subject: second, judged: theirs ?? null },
    ].filter(({ judged }) => judged !== null);
    if (one?.subject == null || one.judged === null) return { pair: null, notes };
    const alone = { shown: { first: one.judged, second: null }, subjects: { first: one.subject, second: null } };
    if (other?.subject == null || other.judged === null) return { pair: alone, notes };
    const reason = mismatch({ first: one.judged, second: other.judged });
    if (reason !== null) {
      return { pair: alone, notes: [...notes, `${other.subject.name} cannot be compared: ${reason}.`] };
    }
    const shown = { first: one.judged, second: other.judged };
    return { pair: { shown, subjects: { first: one.subject, second: other.subject } }, notes };
  }, [ours, theirs, left.state, right.state, who, split]);
}

function noteOf(subject: Subject | null, { state }: JudgedState, split: EvaluationSplit): string[] {
  if (subject === null) return [];
  if (state === 'loading') return [`Loading the predictions of ${subject.name}…`];
  if (state !== 'none') return [];
  return subject.runs.some(({ epochs }) => epochs.length === 0)
    ? [`${subject.name} has no predictions yet: they come at the end of an epoch.`]
    : [`${subject.name} was not evaluated on the ${split} split.`];
}
