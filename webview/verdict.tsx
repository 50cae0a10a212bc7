import type { ComponentChildren, JSX } from 'preact';
import type { Verdict as VerdictName } from '../src/core/evaluation/verdict.js';

/** A sign before the word, so that colour is not all that tells. */
export const verdictSigns: Readonly<Record<VerdictName, string>> = { better: '▲', worse: '▼', 'cannot be told': '≈' };

const classes: Readonly<Record<VerdictName, string>> = {
  better: 'verdict better',
  worse: 'verdict worse',
  'cannot be told': 'verdict undecided',
};

/** What a paired test says, in words, with the sign and the colour of its verdict. */
export function Verdict({
  verdict,
  children,
}: {
  readonly verdict: VerdictName;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <strong class={classes[verdict]}>
      <span aria-hidden="true">{verdictSigns[verdict]}</span> {children}
    </strong>
  );
}
