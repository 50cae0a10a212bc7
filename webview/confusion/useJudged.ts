import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import { epochOf } from '../epochOf.js';
import type { StoredLogits } from '../logitsCache.js';
import type { Model } from '../sums/protocol.js';
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
      readonly model: Model;
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
  { store, logits, sums, selection }: Pick<ViewProps, 'store' | 'logits' | 'sums' | 'selection'>,
  { subject, judgements }: { subject: Subject | null; judgements: Judgements },
): JudgedState {
  const { split } = selection;
  const of = subject === null ? '' : `${subject.id} ${split}`;
  const epochs = (subject?.runs ?? []).map(({ run: { key } }) => epochOf({ run: store.run(key), selection }));
  const keys = (subject?.runs ?? []).map(({ run: { key } }) => key);
  const place = [of, epochs.join(), ...keys].join('\n');
  const [settled, setSettled] = useState<{ of: string; result: JudgedState } | null>(() => {
    const recalled = judgements.recall(place);
    const known = epochs.filter((epoch) => epoch !== null);
    return recalled === null ? null : { of, result: { state: 'ready', ...recalled, epochs: known, notes: [] } };
  });

  useEffect(() => {
    if (subject === null || epochs.includes(null)) return;
    const abort = new AbortController();
    const { signal } = abort;
    const settle = (result: JudgedState): void => {
      if (!signal.aborted) setSettled({ of, result });
    };
    const known = epochs.filter((epoch) => epoch !== null);
    const held = known.map((epoch, index) => logits.hold({ run: keys[index] ?? '', split, epoch }));
    const release = (): void => {
      for (const each of held) each.release();
    };
    Promise.all(held.map(({ stored }) => stored))
      .then(async ([first, ...others]: StoredLogits[]) => {
        if (first === undefined || signal.aborted) {
          release();
          return;
        }
        const start = performance.now();
        const known = await judgements.of(subject, { stored: [first, ...others], sums, signal });
        performance.measure('confusion counted', { start });
        judgements.keep(place, known, release);
        const found = [first, ...others].map((answer) => answer.epoch);
        const notes = epochs.flatMap((asked, index) =>
          asked === null ? [] : thinnedWords({ asked, found: found[index] ?? asked, run: subject.name }),
        );
        settle({ state: 'ready', ...known, epochs: found, notes });
      })
      .catch((error: unknown) => {
        release();
        settle({ state: 'refused', problem: problemOf(error) });
      });
    return () => abort.abort();
  }, [logits, sums, judgements, place]);

  if (subject === null || epochs.includes(null)) return { state: 'none' };
  return settled?.of === of ? settled.result : { state: 'loading' };
}
