import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Pair } from '../sums/judged.js';

export const parts = ['bothRight', 'onlyFirst', 'onlySecond', 'bothWrong'] as const;
/** Who is right about an example. */
export type Part = (typeof parts)[number];

/** Examples by who is right about them; `same` counts equal answers, right or wrong. */
export type PartCounts = Readonly<Record<Part, number>> & { readonly same: number };

export interface Partition {
  readonly all: PartCounts;
  readonly byClass: readonly PartCounts[];
}

/** The part of one example. */
export function partOf({ first, second }: Pair, example: number): Part {
  const truth = first.answers.labels[example];
  const firstRight = first.predicted[example] === truth;
  const secondRight = second.predicted[example] === truth;
  if (firstRight) return secondRight ? 'bothRight' : 'onlyFirst';
  return secondRight ? 'onlySecond' : 'bothWrong';
}

/** The agreement partition in all and by true class. Two examples without an answer are not the same answer. */
export function partition(pair: Pair): Partition {
  const { first, second } = pair;
  const none = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0, same: 0 };
  const all = { ...none };
  const byClass = Array.from({ length: first.classes }, () => ({ ...none }));
  for (let example = 0; example < first.predicted.length; example++) {
    const answer = first.predicted[example] ?? noAnswer;
    const part = partOf(pair, example);
    const same = answer !== noAnswer && answer === second.predicted[example];
    const ofClass = byClass[first.answers.labels[example] ?? 0];
    for (const counts of ofClass === undefined ? [all] : [all, ofClass]) {
      counts[part]++;
      if (same) counts.same++;
    }
  }
  return { all, byClass };
}
