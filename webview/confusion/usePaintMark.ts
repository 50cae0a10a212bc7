import { useLayoutEffect } from 'preact/hooks';
import type { Compared } from './compared.js';

/** Leaves a mark, for whoever measures, once a frame with the matrices was painted: when the frame after it begins. */
export function usePaintMark(compared: Compared | null): void {
  useLayoutEffect(() => {
    if (compared === null) return;
    let frame = 0;
    // The matrices have set their timers before, two each.
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        frame = requestAnimationFrame(() => {
          frame = requestAnimationFrame(() => {
            performance.clearMarks('confusion painted');
            performance.mark('confusion painted');
          });
        });
      });
    });
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [compared]);
}
