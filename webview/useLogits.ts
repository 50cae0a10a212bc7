import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../src/core/problem.js';
import type { LogitsAnswer, LogitsPlace } from '../src/panel/protocol.js';
import type { RunData } from './store.js';
import { useTopic } from './useTopic.js';
import type { ViewProps } from './view.js';

/** Stored answers of a run, as far as they have come. */
export type LogitsState =
  /** There is no run, it has ended no epoch yet, or it was not evaluated on the split. */
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly answer: LogitsAnswer; readonly epoch: number }
  | { readonly state: 'refused'; readonly problem: Problem };

interface Settled {
  readonly place: LogitsPlace;
  readonly result: LogitsState;
}

/**
 * The logits of a run on the selected split: of the selected epoch where it is the selected run, else of its latest.
 * While another epoch of the same run is on its way, those at hand stay.
 */
export function useLogits(
  { store, logits, selection }: Pick<ViewProps, 'store' | 'logits' | 'selection'>,
  run: RunData | null,
): LogitsState {
  useTopic(store, 'runs', 'epochs');
  const key = run?.run.key ?? null;
  const { split } = selection;
  const epoch = key === null ? null : epochOf({ run: store.run(key), selection });
  const [settled, setSettled] = useState<Settled | null>(null);

  useEffect(() => {
    if (key === null || epoch === null) return;
    const place = { run: key, split, epoch };
    let wanted = true;
    const settle = (result: LogitsState): void => {
      if (wanted) setSettled({ place, result });
    };
    logits.get(place).then(
      (answer) => settle({ state: 'ready', answer, epoch: answer.epoch }),
      (error: unknown) => settle({ state: 'refused', problem: problemOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [logits, key, split, epoch]);

  if (epoch === null) return { state: 'none' };
  return settled?.place.run === key && settled.place.split === split ? settled.result : { state: 'loading' };
}

/** The epoch of `run` whose answers are meant; null where it has none on the split. */
export function epochOf({
  run,
  selection,
}: {
  run: RunData | undefined;
  selection: ViewProps['selection'];
}): number | null {
  const stored = (run?.epochs ?? []).filter(({ logits }) => logits[selection.split] !== undefined);
  const selected = run?.run.key === selection.run ? stored.find(({ epoch }) => epoch === selection.epoch) : undefined;
  return (selected ?? stored.at(-1))?.epoch ?? null;
}
