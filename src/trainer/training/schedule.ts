import { assertNever } from '../../core/problem.js';
import type { ScheduleSpec, TrainSpec } from '../../core/spec/spec.js';

/**
 * The learning rate of a step, a pure function of its number.
 *
 * - constant;
 * - step: multiplied by gamma after each milestone, PyTorch's `MultiStepLR` with milestones in epochs, which may be
 *   fractions and count from the start of the run, warm-up included;
 * - cosine: PyTorch's `CosineAnnealingLR`, set anew every step, over all steps after the warm-up.
 *
 * During a warm-up of w steps, step n has n/w of the rate: 0 lies before the first step.
 * @param step counts from 1
 */
export function learningRateAt(
  { epochs, optimizer, schedule }: Pick<TrainSpec, 'epochs' | 'optimizer' | 'schedule'>,
  { step, stepsPerEpoch }: { step: number; stepsPerEpoch: number },
): number {
  const warmup = Math.round(schedule.warmup * stepsPerEpoch);
  const rate = optimizer.learningRate * factorAt(schedule, { done: step - 1, warmup, epochs, stepsPerEpoch });
  return step <= warmup ? (rate * step) / warmup : rate;
}

/** @param done steps before this one */
function factorAt(
  schedule: ScheduleSpec,
  { done, warmup, epochs, stepsPerEpoch }: { done: number; warmup: number; epochs: number; stepsPerEpoch: number },
): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step': {
      const passed = schedule.milestones.filter((epoch) => done >= Math.round(epoch * stepsPerEpoch));
      return schedule.gamma ** passed.length;
    }
    case 'cosine': {
      if (done < warmup) return 1;
      const share = (done - warmup) / (epochs * stepsPerEpoch - warmup);
      return schedule.minimum + ((1 - schedule.minimum) * (1 + Math.cos(Math.PI * share))) / 2;
    }
    default:
      return assertNever(schedule);
  }
}
