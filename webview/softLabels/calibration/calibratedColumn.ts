import type { Calibration } from '../../../src/core/evaluation/calibration.js';
import type { Role } from '../../../src/core/spec/spec.js';
import { overallColumns, type Overall } from '../../sums/overall.js';
import type { Sums } from '../../sums/sums.js';
import { useSum } from '../../sums/useSum.js';
import { splitOf, type Examples } from '../examples.js';

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
  return overallColumns(overall).map(({ role, calibration }) => ({
    ...{ role, temperature },
    atOne: atOne.find((column) => column.role === role)?.calibration ?? null,
    atTemperature: calibration,
  }));
}

/** What is said of the examples at T = 1, computed once; null until then. */
export function useOverallAtOne(sums: Pick<Sums, 'ask'>, examples: Examples): Overall | null {
  return useSum(sums, 'overall', { split: splitOf(examples), temperature: 1 }, [examples]).value;
}
