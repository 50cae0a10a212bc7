import { useLayoutEffect, useState } from 'preact/hooks';
import type { PanelStore, Topic } from './store.js';

/** Draws the component again when one of the topics changes. */
export function useTopic(store: PanelStore, ...topics: readonly Topic[]): void {
  const [, setCount] = useState(0);
  const names = topics.join(' ');
  // A layout effect, since it runs in the turn of the page that drew: nothing arrives in between.
  useLayoutEffect(() => {
    const ends = topics.map((topic) => store.subscribe(topic, () => setCount((count) => count + 1)));
    return () => {
      for (const end of ends) end();
    };
  }, [store, names]);
}
