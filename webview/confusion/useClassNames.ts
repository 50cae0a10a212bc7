import { useMemo } from 'preact/hooks';
import type { PanelStore } from '../store.js';

/** Names of the classes as the runs tell them; their numbers where no run does. */
export function useClassNames(store: PanelStore, classes: number): readonly string[] {
  const told = store.runs.map(({ status }) => status?.started?.classes).find((names) => names?.length === classes);
  const key = told?.join('\n');
  return useMemo(() => Array.from({ length: classes }, (_, index) => told?.[index] ?? String(index)), [classes, key]);
}
