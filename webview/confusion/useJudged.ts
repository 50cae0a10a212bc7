import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { StoredAnswer } from '../../src/panel/protocol.js';
import { epochOf } from '../useLogits.js';
import { thinnedWords } from '../thinned.js';
import type { ViewProps } from '../view.js';
import type { Judged } from '../sums/judged.js';
import type { Judgements } from './judgements.js';
import type { Subject } from './subject.js';

/** The answers of a subject, as far as they have come. */
export type JudgedState =
  /** Nobody is chosen, or a run has ended no epoch yet or was not evaluated on the split. */
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | {
      readonly state: 'ready';
      readonly judged: Judged;
      readonly epochs: readonly number[];
      /** That they are of other epochs than those that were asked for. */
      readonly notes: readonly string[];
    }
  | { readonly state: 'refused'; readonly problem: Problem };

/**
 * The answers of a subject on the selected split: of the selected epoch where it is the selected run, else of its
 * latest. Those of the epoch before stay until the new ones have come.
 */
export function useJudged(
  { store, logits, selection }: Pick<ViewProps, 'store' | 'logits' | 'selection'>,
  { subject, judgements }: { subject: Subject | null; judgements: Judgements },
): JudgedState {
  const { split } = selection;
  const of = subject === null ? '' : `${subject.id} ${split}`;
  const epochs = (subject?.runs ?? []).map(({ run: { key } }) => epochOf({ run: store.run(key), selection }));
  const keys = (subject?.runs ?? []).map(({ run: { key } }) => key);
  const place = [of, epochs.join(), ...keys].join('\n');
  const [settled, setSettled] = useState<{ of: string; result: JudgedState } | null>(() => {
    const judged = judgements.recall(place);
    const known = epochs.filter((epoch) => epoch !== null);
    return judged === null ? null : { of, result: { state: 'ready', judged, epochs: known, notes: [] } };
  });

  useEffect(() => {
    if (subject === null || epochs.includes(null)) return;
    let wanted = true;
    const settle = (result: JudgedState): void => {
      if (wanted) setSettled({ of, result });
    };
    const known = epochs.filter((epoch) => epoch !== null);
    Promise.all(known.map((epoch, index) => logits.get({ run: keys[index] ?? '', split, epoch })))
      .then(([first, ...others]: StoredAnswer[]) => {
        if (first === undefined || !wanted) return;
        const start = performance.now();
        const judged = judgements.of(subject, [first, ...others]);
        performance.measure('confusion counted', { start });
        judgements.keep(place, judged);
        const found = [first, ...others].map((answer) => answer.epoch);
        const notes = known.flatMap((asked, index) =>
          thinnedWords({ asked, found: found[index] ?? asked, run: subject.name }),
        );
        settle({ state: 'ready', judged, epochs: found, notes });
      })
      .catch((error: unknown) => settle({ state: 'refused', problem: problemOf(error) }));
    return () => {
      wanted = false;
    };
  }, [logits, judgements, place]);

  if (subject === null || epochs.includes(null)) return { state: 'none' };
  return settled?.of === of ? settled.result : { state: 'loading' };
}
