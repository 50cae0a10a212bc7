import type { JSX } from 'preact';
import { ProblemLine } from './problemLine.js';
import type { PanelStore } from './store.js';
import { useTopic } from './useTopic.js';

/** A row for each run that is to be shown and cannot be read. */
export function DamagedRuns({ store }: { readonly store: PanelStore }): JSX.Element | null {
  useTopic(store, 'runs');
  if (store.damaged.length === 0) return null;
  return (
    <ul class="damaged" aria-label="Runs that cannot be read">
      {store.damaged.map(({ key, problem }) => (
        <li key={key} title={key}>
          <span class="damaged-name">{key.split(/[\\/]/).at(-1)}</span>
          <ProblemLine problem={problem} />
        </li>
      ))}
    </ul>
  );
}
