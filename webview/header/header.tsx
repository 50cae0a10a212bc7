import type { JSX } from 'preact';
import { shownRun } from '../parties.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';

/** Says of the selected run what it is and how it is. */
export function Header({ store, selection }: ViewProps): JSX.Element | null {
  useTopic(store, 'runs', 'status');
  const data = shownRun(store, selection.run);
  if (data === null) return null;
  return (
    <header class="header">
      {data.status?.state ?? 'waiting'} {data.run.record.spec.name}
    </header>
  );
}
