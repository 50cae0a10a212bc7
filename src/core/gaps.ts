import { count } from './words.js';
import type { Problem } from './problem.js';

/** Steps or epochs that a run has done and its log does not tell of, the first and the last one. */
export interface Gap {
  readonly of: 'steps' | 'epochs';
  readonly from: number;
  readonly to: number;
}

/** Gaps with one more, which may be none: where `to` is before `from`. What meets the one before is one with it. */
export function withGap(gaps: readonly Gap[], gap: Gap): readonly Gap[] {
  if (gap.to < gap.from) return gaps;
  const last = gaps.findLast(({ of }) => of === gap.of);
  if (last === undefined || gap.from > last.to + 1) return [...gaps, gap];
  const joined = { ...last, to: Math.max(last.to, gap.to) };
  return gaps.map((each) => (each === last ? joined : each));
}

/** Gaps up to a step and the epoch that it is in: what lies beyond is done again. */
export function gapsUpTo(gaps: readonly Gap[], { step, epoch }: { step: number; epoch: number }): readonly Gap[] {
  return gaps
    .map((gap) => ({ ...gap, to: Math.min(gap.to, gap.of === 'steps' ? step : epoch) }))
    .filter(({ from, to }) => from <= to);
}

/** What is missing from a log, for people; null where nothing is. */
export function gapsProblem(gaps: readonly Gap[], { log }: { log?: string } = {}): Problem | null {
  const [first] = gaps;
  if (first === undefined) return null;
  const shown = gaps.slice(0, mostShown).map(gapWords);
  const more = gaps.length > mostShown ? [`${gaps.length - mostShown} more stretches`] : [];
  return {
    code: 'log-gap',
    message: `The log does not tell of ${[...shown, ...more].join(', ')}: what was logged of them was lost.`,
    fix: 'They were done all the same, and what was learned is in the checkpoint; curves and tables lack them.',
    ...(log === undefined ? {} : { place: { file: log } }),
  };
}

const mostShown = 5;

function gapWords({ of, from, to }: Gap): string {
  const one = of === 'steps' ? 'step' : 'epoch';
  return from === to ? `${one} ${count(from)}` : `${of} ${count(from)} to ${count(to)}`;
}
