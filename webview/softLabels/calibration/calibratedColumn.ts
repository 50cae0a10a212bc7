import { useEffect, useState } from 'preact/hooks';
import type { Calibration } from '../../../src/core/evaluation/calibration.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { Examples } from '../examples.js';
import { OverallPass, overallColumns, type Overall } from '../../sums/overall.js';
import { inPieces, rowsAtOnce } from '../pieces.js';
import { pageFrames } from '../temperature.js';

/** How well a column of the view is calibrated: at T = 1, which is meant where nothing else is said, and at the slider's T. */
export interface CalibratedColumn {
  readonly role: Role;
  /** Null until it is computed. */
  readonly atOne: Calibration | null;
  readonly temperature: number;
  readonly atTemperature: Calibration;
}

/**
 * @param overall at the slider's temperature
 * @param one at T = 1, of the same examples; null until it is computed
 */
export function calibratedColumns(overall: Overall, one: Overall | null): CalibratedColumn[] {
  const { temperature } = overall;
  const known = temperature === 1 ? overall : one;
  const atOne = known === null ? [] : overallColumns(known);
  return overallColumns(overall).map(({ answerer: { role }, calibration }) => ({
    ...{ role, temperature },
    atOne: atOne.find(({ answerer }) => answerer.role === role)?.calibration ?? null,
    atTemperature: calibration,
  }));
}

/** What is said of the examples at T = 1, computed once, in pieces; null until then. */
export function useOverallAtOne(examples: Examples): Overall | null {
  const [done, setDone] = useState<{ readonly of: Examples; readonly overall: Overall } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const pass = new OverallPass(examples, 1);
    inPieces({
      clock: { frames: pageFrames, now: () => performance.now() },
      step: () => pass.advance(rowsAtOnce(examples)),
      isWanted: () => isWanted,
      onDone: (overall) => setDone({ of: examples, overall }),
    });
    return () => {
      isWanted = false;
    };
  }, [examples]);
  return done?.of === examples ? done.overall : null;
}
