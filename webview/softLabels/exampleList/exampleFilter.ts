import type { Examples } from '../examples.js';
import { rankDescending } from './ranking.js';
import { parts, type Part } from '../../parts/partition.js';

export type ExampleSort = 'index' | 'divergence';

/** Which examples are listed, and how. */
export interface ExampleFilter {
  /** A true class; null: all. */
  readonly label: number | null;
  /** Null: all. */
  readonly part: Part | null;
  readonly sort: ExampleSort;
}

export const noFilter: ExampleFilter = { label: null, part: null, sort: 'index' };

/** Whether the filter lets an example through. */
export function isListed({ labels, part }: Examples, filter: ExampleFilter, index: number): boolean {
  if (filter.label !== null && labels[index] !== filter.label) return false;
  return filter.part === null || part === null || part[index] === parts.indexOf(filter.part);
}

/**
 * The examples that the filter lets through, in its order.
 * @param divergence KL of each example, [n]; null while it is not known: then the order is by index
 */
export function listExamples(examples: Examples, filter: ExampleFilter, divergence: Float64Array | null): Int32Array {
  const ranked = filter.sort === 'divergence' && divergence !== null ? rankDescending(divergence) : null;
  const result = new Int32Array(examples.n);
  let count = 0;
  for (let place = 0; place < examples.n; place++) {
    const index = ranked === null ? place : (ranked[place] ?? 0);
    if (isListed(examples, filter, index)) result[count++] = index;
  }
  return result.subarray(0, count);
}

/** How many examples each choice of a filter would list, the other choice left as it is. */
export interface FilterCounts {
  /** By true class, [classes], and of all classes. */
  readonly labels: Int32Array;
  readonly anyLabel: number;
  /** In the order of `parts`, and of all parts. */
  readonly parts: Int32Array;
  readonly anyPart: number;
}

export function countExamples({ n, classes, labels, part }: Examples, filter: ExampleFilter): FilterCounts {
  const byLabel = new Int32Array(classes);
  const byPart = new Int32Array(parts.length);
  const wanted = filter.part === null || part === null ? null : parts.indexOf(filter.part);
  let anyLabel = 0;
  let anyPart = 0;
  for (let index = 0; index < n; index++) {
    const truth = labels[index] ?? 0;
    const own = part?.[index] ?? 0;
    if (wanted === null || own === wanted) {
      byLabel[truth] = (byLabel[truth] ?? 0) + 1;
      anyLabel++;
    }
    if (filter.label === null || truth === filter.label) {
      byPart[own] = (byPart[own] ?? 0) + 1;
      anyPart++;
    }
  }
  return { labels: byLabel, anyLabel, parts: byPart, anyPart };
}
