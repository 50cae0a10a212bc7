import type { Calibration } from '../../../src/core/evaluation/calibration.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { CalibratedModel, Overall } from '../../sums/overall.js';
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
 * @param one how the columns are calibrated at T = 1; null until it is computed
 */
export function calibratedColumns(overall: Overall, one: readonly CalibratedModel[] | null): CalibratedColumn[] {
  const { temperature, columns } = overall;
  const atOne = temperature === 1 ? columns : (one ?? []);
  return columns.map(({ role, calibration }) => ({
    ...{ role, temperature },
    atOne: atOne.find((column) => column.role === role)?.calibration ?? null,
    atTemperature: calibration,
  }));
}

/** How the columns are calibrated at T = 1, computed once; null until then. */
export function useCalibrationAtOne(sums: Pick<Sums, 'ask'>, examples: Examples): readonly CalibratedModel[] | null {
  return useSum(sums, 'calibration', { split: splitOf(examples), temperature: 1 }, [examples]).value;
}
