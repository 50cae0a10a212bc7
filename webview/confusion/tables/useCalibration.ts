import { useEffect, useState } from 'preact/hooks';
import { CalibrationSum } from '../../sums/confidences.js';
import type { Judged } from '../../sums/judged.js';

/** Logits taken in at a time: a few milliseconds. */
const logitsAtATime = 500_000;

/** The expected calibration error, computed beside the painting; `pending` until it is known, null where there is none. */
export function useCalibration(judged: Judged | null): number | null | 'pending' {
  const [done, setDone] = useState<{ of: Judged; error: number | null } | null>(null);
  useEffect(() => {
    if (judged === null) return;
    const sum = new CalibrationSum(judged);
    const examples = Math.max(1, Math.floor(logitsAtATime / judged.classes));
    let timer = 0;
    const work = (): void => {
      sum.advance(examples);
      if (sum.done) setDone({ of: judged, error: sum.error });
      else timer = window.setTimeout(work);
    };
    // The matrices are painted first.
    const frame = requestAnimationFrame(() => {
      timer = window.setTimeout(work);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [judged]);
  if (judged === null) return null;
  return done?.of === judged ? done.error : 'pending';
}
