import type { JSX } from 'preact';
import { shownRun } from '../parties.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';

/** What was run, on what, and what came of it. */
export function DetailsView({ store, selection }: ViewProps): JSX.Element {
  useTopic(store, 'runs', 'status');
  return <pre>{JSON.stringify(shownRun(store, selection.run)?.run.record.spec, null, 2)}</pre>;
}
