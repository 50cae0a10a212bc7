import * as z from 'zod';
import type { Metrics } from '../../run/log/entry.js';
import type { StepReport, StepValues } from './journal.js';
import { shortened } from '../rounding.js';

/** What the steps of one epoch add up to; kept in the checkpoint, so that a resumed epoch reports the same averages. */
export const epochSumsSchema = z.object({
  steps: z.int(),
  correct: z.number(),
  loss: z.number(),
  studentLoss: z.number(),
  distillationLoss: z.number().nullable(),
  /** Null without a teacher, and for the rest of an epoch that a version began which did not look at gradients. */
  gradient: z
    .object({
      distillation: z.number(),
      student: z.number(),
      cosine: z.number(),
      /** Steps in which there was a cosine. */
      angles: z.int(),
    })
    .nullable()
    .default(null),
});

export type EpochSums = z.output<typeof epochSumsSchema>;

export const noSums: EpochSums = {
  steps: 0,
  correct: 0,
  loss: 0,
  studentLoss: 0,
  distillationLoss: null,
  gradient: null,
};

export function added(sums: EpochSums, { metrics, correct }: StepReport): EpochSums {
  const { loss, studentLoss = NaN, distillationLoss } = metrics;
  return {
    steps: sums.steps + 1,
    correct: sums.correct + correct,
    loss: sums.loss + loss,
    studentLoss: sums.studentLoss + studentLoss,
    distillationLoss: distillationLoss === undefined ? null : (sums.distillationLoss ?? 0) + distillationLoss,
    gradient: addedGradient(sums, metrics),
  };
}

function addedGradient({ steps, gradient }: EpochSums, metrics: StepValues): EpochSums['gradient'] {
  const { distillationGradient, studentGradient, gradientCosine: cosine = NaN } = metrics;
  if (distillationGradient === undefined || studentGradient === undefined) return null;
  if (gradient === null && steps > 0) return null;
  const before = gradient ?? { distillation: 0, student: 0, cosine: 0, angles: 0 };
  const hasAngle = !Number.isNaN(cosine);
  return {
    distillation: before.distillation + distillationGradient,
    student: before.student + studentGradient,
    cosine: before.cosine + (hasAngle ? cosine : 0),
    angles: before.angles + (hasAngle ? 1 : 0),
  };
}

/** Averages over the epoch, as the student was while it learned: with dropout, before each update. */
export function averaged(
  { steps, correct, loss, studentLoss, distillationLoss, gradient }: EpochSums,
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
    ...(gradient === null
      ? {}
      : { distillationGradient: gradient.distillation / steps, studentGradient: gradient.student / steps }),
    ...(gradient === null || gradient.angles === 0 ? {} : { gradientCosine: gradient.cosine / gradient.angles }),
  });
}
