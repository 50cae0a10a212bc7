import type { ReadonlySignal } from '@preact/signals-core';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Draws the component again whenever the signal has another value. @returns the value that it has now */
export function useSignal<V>(signal: ReadonlySignal<V>): V {
  const [, setDrawn] = useState<{ readonly value: V }>();
  const value = signal.peek();
  // A layout effect, since it runs in the turn of the page that drew: nothing is missed in between.
  useLayoutEffect(() => {
    let drawn = value;
    return signal.subscribe((now) => {
      if (Object.is(now, drawn)) return;
      drawn = now;
      setDrawn({ value: now });
    });
  }, [signal]);
  return value;
}
