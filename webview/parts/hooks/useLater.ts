import { useEffect, useState } from 'preact/hooks';

/**
 * What takes longer than a frame, computed after what can be seen at once was painted.
 * @returns the value of the last computation, and whether another is under way; null before the first
 */
export function useLater<T>(compute: () => T, inputs: readonly unknown[]): { value: T | null; pending: boolean } {
  const [done, setDone] = useState<{ inputs: readonly unknown[]; value: T } | null>(null);
  const current = done !== null && done.inputs.every((input, index) => Object.is(input, inputs[index]));
  useEffect(() => {
    if (current) return;
    let timer = 0;
    // A frame is painted between the two: a timer alone may come before it.
    const frame = requestAnimationFrame(() => {
      timer = window.setTimeout(() => setDone({ inputs, value: compute() }));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [...inputs, current]);
  return { value: done?.value ?? null, pending: !current };
}
