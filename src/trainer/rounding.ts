import type { Metrics } from '../run/log/entry.js';
import { sometimesLogged } from '../core/metrics.js';

/** Six digits are all that a float32 has to say. */
export const short = (value: number): number => Number(value.toPrecision(6));

/** Metrics as they are logged: losses and gradients with six digits, counts and shares as they are. */
export function shortened(metrics: Metrics): Metrics {
  const result = { ...metrics };
  for (const name of measured) {
    const value = metrics[name];
    if (value !== undefined) result[name] = short(value);
  }
  return result;
}

const measured = ['loss', ...sometimesLogged] as const;
