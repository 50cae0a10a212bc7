import * as z from 'zod';
import type { Metrics } from '../../run/entry.js';
import type { StepReport } from './journal.js';
import { shortened } from '../rounding.js';

/** What the steps of one epoch add up to; kept in the checkpoint, so that a resumed epoch reports the same averages. */
export const epochSumsSchema = z.object({
  steps: z.int(),
  correct: z.number(),
  loss: z.number(),
  studentLoss: z.number(),
  distillationLoss: z.number().nullable(),
});

export type EpochSums = z.output<typeof epochSumsSchema>;

export const noSums: EpochSums = { steps: 0, correct: 0, loss: 0, studentLoss: 0, distillationLoss: null };

export function added(sums: EpochSums, report: StepReport): EpochSums {
  return {
    steps: sums.steps + 1,
    correct: sums.correct + report.correct,
    loss: sums.loss + report.loss,
    studentLoss: sums.studentLoss + report.studentLoss,
    distillationLoss: report.distillationLoss === null ? null : (sums.distillationLoss ?? 0) + report.distillationLoss,
  };
}

/** Averages over the epoch, as the student was while it learned: with dropout, before each update. */
export function averaged(
  { steps, correct, loss, studentLoss, distillationLoss }: EpochSums,
  batchSize: number,
): Metrics {
  const n = steps * batchSize;
  return shortened({
    n,
    errors: n - correct,
    accuracy: correct / n,
    loss: loss / steps,
    studentLoss: studentLoss / steps,
    ...(distillationLoss === null ? {} : { distillationLoss: distillationLoss / steps }),
  });
}
