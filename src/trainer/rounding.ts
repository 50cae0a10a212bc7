import type { Metrics } from '../run/entry.js';

/** Six digits are all that a float32 has to say. */
export const short = (value: number): number => Number(value.toPrecision(6));

/** Metrics as they are logged: losses with six digits, counts and shares as they are. */
export function shortened(metrics: Metrics): Metrics {
  return {
    ...metrics,
    loss: short(metrics.loss),
    ...(metrics.studentLoss === undefined ? {} : { studentLoss: short(metrics.studentLoss) }),
    ...(metrics.distillationLoss === undefined ? {} : { distillationLoss: short(metrics.distillationLoss) }),
  };
}
