import type { Confidences } from '../sums/confidences.js';
import type { Judged } from '../sums/judged.js';
import type { Sums } from '../sums/sums.js';
import { useSum, type SumState } from '../sums/useSum.js';
import type { JudgedState } from './useJudged.js';

/** How sure the models that are shown are, as far as it is known. */
export type Sureness = ReadonlyMap<Judged, SumState<Confidences>>;

export function useSureness(
  sums: Pick<Sums, 'ask'>,
  { left, right }: { readonly left: JudgedState; readonly right: JudgedState },
): Sureness {
  return new Map([...useConfidences(sums, left), ...useConfidences(sums, right)]);
}

function useConfidences(sums: Pick<Sums, 'ask'>, state: JudgedState): readonly [Judged, SumState<Confidences>][] {
  const known = state.state === 'ready' ? { model: state.model, predicted: state.judged.predicted } : null;
  const judged = state.state === 'ready' ? state.judged : null;
  const confidences = useSum(sums, 'confidences', known, [judged]);
  return judged === null ? [] : [[judged, confidences]];
}
