import { useMemo } from 'preact/hooks';
import type { Similarity } from '../../sums/protocol.js';
import type { Sums } from '../../sums/sums.js';
import { useSum } from '../../sums/useSum.js';
import { listedOrder, type ClassOrder, type Ordering } from './classOrder.js';

interface ClassesToOrder {
  readonly names: readonly string[];
  /** By what they are clustered; the same one as long as the order is to stay. Null where that is not known yet. */
  readonly similarity: Similarity | null;
}

/** The order of the classes. They are clustered in the worker; until that is done the order before stays. */
export function useClassOrder(
  sums: Pick<Sums, 'ask'>,
  ordering: Ordering,
  { names, similarity }: ClassesToOrder,
): { value: ClassOrder; pending: boolean } {
  const classes = names.length;
  const listed = useMemo(() => listedOrder(ordering === 'clustered' ? 'index' : ordering, names), [ordering, names]);
  const ask = ordering === 'clustered' && similarity !== null ? { similarity, classes } : null;
  const { value, latest, problem } = useSum(sums, 'clusterOrder', ask, [similarity, classes]);
  if (ask === null) return { value: listed, pending: false };
  const usable = latest?.length === classes ? latest : listed;
  return { value: value ?? usable, pending: value === null && problem === null };
}
