import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import type { Judged, Pair } from '../../sums/judged.js';
import { partOf, type Part } from '../../parts/partition.js';
import type { Cell, Side } from '../../parts/matrix/cell.js';

/** For a cell of two models: who put an example there. */
export const putters = ['either', 'first', 'second', 'both'] as const;
export type Putter = (typeof putters)[number];

/** Examples that a person asked to see. */
export type Gallery =
  | ({ readonly kind: 'cell'; readonly side: Side } & Cell)
  /** `truth` null: of all classes. */
  | { readonly kind: 'part'; readonly part: Part; readonly truth: number | null }
  | { readonly kind: 'unanswered'; readonly side: 'first' | 'second' };

/** One model, or two that answered the same examples. */
export interface Shown {
  readonly first: Judged;
  readonly second: Judged | null;
}

/**
 * Indices of the examples, ascending.
 * @param putter matters for a cell of the difference only: the part of it that one wants to see
 */
export function examplesOf(gallery: Gallery, { shown, putter }: { shown: Shown; putter: Putter }): Int32Array {
  const { first } = shown;
  const second = shown.second ?? first;
  const chosen = chooser(gallery, { pair: { first, second }, putter });
  const indices = new Int32Array(first.predicted.length);
  let found = 0;
  for (let example = 0; example < indices.length; example++) if (chosen(example)) indices[found++] = example;
  return indices.slice(0, found);
}

function chooser(gallery: Gallery, { pair, putter }: { pair: Pair; putter: Putter }): (example: number) => boolean {
  const { first, second } = pair;
  const { labels } = first;
  const partAt = (example: number): Part =>
    partOf({ truth: labels[example], first: first.predicted[example], second: second.predicted[example] });
  switch (gallery.kind) {
    case 'part':
      return (example) =>
        (gallery.truth === null || labels[example] === gallery.truth) && partAt(example) === gallery.part;
    case 'unanswered':
      return (example) => pair[gallery.side].predicted[example] === noAnswer;
    case 'cell': {
      const { truth, answer, side } = gallery;
      const wanted = side === 'difference' ? putter : side;
      return (example) => {
        if (labels[example] !== truth) return false;
        const byFirst = first.predicted[example] === answer;
        const bySecond = second.predicted[example] === answer;
        return isWanted(wanted, { byFirst, bySecond, alone: side === 'difference' });
      };
    }
  }
}

/** @param alone whether `first` and `second` mean that the other did not */
function isWanted(
  putter: Putter,
  { byFirst, bySecond, alone }: { byFirst: boolean; bySecond: boolean; alone: boolean },
): boolean {
  switch (putter) {
    case 'either':
      return byFirst || bySecond;
    case 'both':
      return byFirst && bySecond;
    case 'first':
      return byFirst && !(alone && bySecond);
    case 'second':
      return bySecond && !(alone && byFirst);
  }
}
