import type { Selection } from './selection.js';
import type { PanelStore, RunData } from './store.js';

/** A run and those it is compared with. A teacher or a baseline stands alone. */
export interface Parties {
  readonly run: RunData;
  /** In the order of the spec. Those whose folders are gone are left out. */
  readonly teachers: readonly RunData[];
  readonly baseline: RunData | null;
}

/** The run that is looked at with its teachers and its baseline; null where no run is shown. */
export function partiesOf(store: PanelStore, selection: Pick<Selection, 'run'>): Parties | null {
  const run = shownRun(store, selection.run);
  if (run === null) return null;
  const related = (key: string | null): RunData | null => (key === null ? null : (store.run(key) ?? null));
  return {
    run,
    teachers: run.run.teachers.map(related).filter((teacher) => teacher !== null),
    baseline: related(run.run.baseline),
  };
}

/** The run of that key, or, where it is not shown any more, the first one that is. */
export function shownRun(store: PanelStore, key: string | null): RunData | null {
  return (key === null ? undefined : store.run(key)) ?? store.runs[0] ?? null;
}
