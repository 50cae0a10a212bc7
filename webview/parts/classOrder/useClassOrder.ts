import { useMemo } from 'preact/hooks';
import { classOrder, type ClassOrder, type Ordering } from './classOrder.js';
import { useLater } from '../hooks/useLater.js';

/** More classes than these take longer than a frame to cluster. */
const mostAtOnce = 100;

interface ClassesToOrder {
  readonly names: readonly string[];
  /** Of what the similarity is computed: the order is computed anew with another. Null where that is not known yet. */
  readonly of: unknown;
  /** As `classOrder` wants it. */
  readonly similarity: () => Float64Array;
}

/** The order of the classes. Many classes are clustered after a frame was painted with the order before. */
export function useClassOrder(
  ordering: Ordering,
  { names, of, similarity }: ClassesToOrder,
): { value: ClassOrder; pending: boolean } {
  const inOrder = useMemo(() => names.map((_, index) => index), [names]);
  const compute = (): ClassOrder =>
    of === null && ordering === 'clustered' ? inOrder : classOrder(ordering, { names, similarity });
  const slow = ordering === 'clustered' && names.length > mostAtOnce;
  const later = useLater(slow ? compute : () => null, [of, names, ordering]);
  const now = useMemo(() => (slow ? null : compute()), [of, names, ordering, slow]);
  if (now !== null) return { value: now, pending: false };
  const usable = later.value?.length === inOrder.length ? later.value : inOrder;
  return { value: usable, pending: later.pending };
}
