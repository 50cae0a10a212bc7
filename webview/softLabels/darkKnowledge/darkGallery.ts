import type { DarkMatrix } from '../../sums/darkKnowledge.js';
import { columnsOf, type Examples } from '../examples.js';
import type { Cell } from '../../parts/matrix/cell.js';

/** A cell of which a person wants to see the examples; `answer` is the class of the soft label. */
export interface OpenCell extends Cell {
  readonly kind: DarkMatrix['kind'];
}

/** What makes a cell what it is, example by example. */
export interface DarkGallery {
  /** The examples of the true class; first those that weigh most. */
  readonly indices: Int32Array;
  /** The soft label of each example for the class of the column, [n] for each column of the view; NaN for other truths. */
  readonly softLabels: readonly Float64Array[];
  /** In words: which come first. */
  readonly order: string;
}

/**
 * Of a model those first to which it gives the most soft label of the class; of a difference those first that push it
 * where the whole of it goes.
 * @param softLabels of the examples of the true class for the other, [n] for each column (`classSoftLabels`)
 */
export function darkGallery(
  { kind, truth }: OpenCell,
  { examples, softLabels }: { examples: Examples; softLabels: readonly Float64Array[] },
): DarkGallery {
  const { labels } = examples;
  const columns = columnsOf(examples);
  const indices = Int32Array.from(labels.keys()).filter((index) => labels[index] === truth);
  const of = (role: DarkMatrix['kind']): Float64Array | undefined =>
    softLabels[columns.findIndex((column) => column.role === role)];
  const own = of(kind === 'difference' ? examples.subject.role : kind);
  const less = kind === 'difference' ? of('teacher') : undefined;
  const value = (index: number): number => (own?.[index] ?? NaN) - (less?.[index] ?? 0);
  const sum = indices.reduce((total, index) => total + value(index), 0);
  const sign = less !== undefined && sum < 0 ? -1 : 1;
  const subject = examples.subject.role;
  return {
    indices: indices.sort((a, b) => sign * (value(b) - value(a)) || a - b),
    softLabels,
    order:
      less === undefined
        ? `most by the ${kind} first`
        : `where the ${subject} gives ${sign > 0 ? 'more' : 'less'} than the teacher first`,
  };
}
