import type { DistillSpec } from '../../core/spec/spec.js';

/** How strongly a student distils at a step. */
export interface DistillMoment {
  readonly temperature: number;
  /** From 0 to 1 during the warm-up, 1 after it. */
  readonly ramp: number;
}

/** Names of the inputs of a recorded step whose distillation changes from step to step. */
export const momentInputs = { temperature: 'distillation.temperature', ramp: 'distillation.ramp' } as const;

/** Whether T or the weight changes while the student trains. */
export function isScheduled({ warmup, temperatureEnd }: DistillSpec): boolean {
  return warmup > 0 || temperatureEnd !== null;
}

/**
 * A pure function of the step's number: the weight rises linearly over `warmup` epochs, in whose last step it is whole;
 * T goes linearly from `temperature` in the first step to `temperatureEnd` in the last.
 * @param step counts from 1
 */
export function distillMomentAt(
  { temperature, temperatureEnd, warmup }: DistillSpec,
  { step, stepsPerEpoch, epochs }: { step: number; stepsPerEpoch: number; epochs: number },
): DistillMoment {
  const rising = Math.round(warmup * stepsPerEpoch);
  const last = stepsPerEpoch * epochs;
  const share = last <= 1 ? 1 : (step - 1) / (last - 1);
  return {
    temperature: temperatureEnd === null ? temperature : temperature + share * (temperatureEnd - temperature),
    ramp: step < rising ? step / rising : 1,
  };
}
