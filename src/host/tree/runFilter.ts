import { outcomeWords, runTitle, type ListedRun } from '../workspace/listedRun.js';

/** How runs may be put in order in the list. */
export const runOrders = ['newest', 'accuracy', 'name', 'size'] as const;
export type RunOrder = (typeof runOrders)[number];

/**
 * Whether a run has every word of a filter, in any order and case: of its name, temperature, alpha, seed, state,
 * experiment or id. `t20` and `T 20` both find temperature 20. An empty filter is met by all.
 */
export function matchesFilter(run: ListedRun, filter: string): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = searchText(run);
  return words.every((word) => text.includes(word));
}

/** How runs are to stand, and what of that lists do not know by themselves. */
export interface Ordering {
  readonly order: RunOrder;
  /** Bytes that runs take, by their paths, as far as they were measured. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Compares runs for an order; equal ones keep the latest first. */
export function compareRuns(a: ListedRun, b: ListedRun, ordering: Ordering): number {
  return byOrder(a, b, ordering) || latestFirst(a, b);
}

function searchText(run: ListedRun): string {
  if (run.kind === 'damaged') return `${run.folder.id} damaged ${run.problem.message}`.toLowerCase();
  const { record, experimentFile, summary, folder } = run;
  const { name } = record.experiment;
  const parts = [
    folder.id,
    runTitle(record.spec),
    record.spec.role,
    summary.state,
    outcomeWords(summary),
    name,
    experimentFile,
  ];
  return parts
    .filter((part) => part !== null)
    .join(' ')
    .toLowerCase();
}

function byOrder(a: ListedRun, b: ListedRun, { order, sizes }: Ordering): number {
  switch (order) {
    case 'newest':
      return 0;
    case 'accuracy':
      return accuracyOf(b) - accuracyOf(a);
    case 'name':
      return compareNames(nameOf(a), nameOf(b));
    case 'size':
      return (sizes.get(b.folder.path) ?? 0) - (sizes.get(a.folder.path) ?? 0);
  }
}

/** `T 4` before `T 20`. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function accuracyOf(run: ListedRun): number {
  return run.kind === 'run' ? (run.summary.test?.accuracy ?? -1) : -2;
}

function nameOf(run: ListedRun): string {
  return run.kind === 'run' ? runTitle(run.record.spec) : run.folder.id;
}

/** Ids begin with the time at which the run was made. */
function latestFirst(a: ListedRun, b: ListedRun): number {
  return a.folder.id < b.folder.id ? 1 : a.folder.id > b.folder.id ? -1 : 0;
}
