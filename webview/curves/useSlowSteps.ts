import { useEffect, useState } from 'preact/hooks';
import type { PanelStore } from '../store.js';

/** Draws the component again when steps arrived, at most every `pause` milliseconds. */
export function useSlowSteps(store: PanelStore, pause: number): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = store.subscribe('steps', () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setCount((count) => count + 1);
      }, pause);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [store, pause]);
}
