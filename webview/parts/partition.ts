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

/** The part of one example, by its class and what each model answered. */
export function partOf({
  truth,
  first,
  second,
}: Readonly<Record<'truth' | 'first' | 'second', number | undefined>>): Part {
  if (first === truth) return second === truth ? 'bothRight' : 'onlyFirst';
  return second === truth ? 'onlySecond' : 'bothWrong';
}

/** What the parts are called when it is these two: who is right. */
export function partWords({ first, second }: { first: string; second: string }): Readonly<Record<Part, string>> {
  return {
    bothRight: 'both correct',
    onlyFirst: `only ${first}`,
    onlySecond: `only ${second}`,
    bothWrong: 'both wrong',
  };
}

/** The agreement partition in all and by true class. Two examples without a prediction are not the same answer. */
export function partition({ first, second }: Pair): Partition {
  const none = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0, same: 0 };
  const all = { ...none };
  const byClass = Array.from({ length: first.classes }, () => ({ ...none }));
  for (let example = 0; example < first.predicted.length; example++) {
    const answers = { first: first.predicted[example] ?? noAnswer, second: second.predicted[example] };
    const truth = first.labels[example] ?? 0;
    const part = partOf({ truth, ...answers });
    const same = answers.first !== noAnswer && answers.first === answers.second;
    const ofClass = byClass[truth];
    for (const counts of ofClass === undefined ? [all] : [all, ofClass]) {
      counts[part]++;
      if (same) counts.same++;
    }
  }
  return { all, byClass };
}
