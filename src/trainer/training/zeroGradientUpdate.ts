import { assertNever } from '../../core/problem.js';
import type { OptimizerSpec, TrainSpec } from '../../core/spec/spec.js';
import { learningRateAt } from './schedule.js';

/**
 * What a step, or several, make of a weight that has no gradient, and of what the optimizer remembers of it:
 * weight' = fromWeight · weight + fromSlot · slot, and likewise the slot.
 */
export interface ZeroGradientUpdate {
  readonly weight: { readonly fromWeight: number; readonly fromSlot: number };
  readonly slot: { readonly fromWeight: number; readonly fromSlot: number };
}

export interface ZeroGradientRule {
  /** The slot that takes part, as in `optimizer.<slot>.<parameter>`; others stay 0. */
  readonly slot: string | null;
  at(learningRate: number): ZeroGradientUpdate;
}

/**
 * How an optimizer moves weights whose gradient is always 0. Weight decay makes them smaller by the same factor each,
 * so all of them can be moved over many steps at once. Null for Adam with an L2 penalty, which divides each by its own
 * size.
 */
export function zeroGradientRule(spec: OptimizerSpec): ZeroGradientRule | null {
  switch (spec.kind) {
    case 'sgd': {
      const { momentum, nesterov, weightDecay } = spec;
      // b' = m·b + d·w, and w' = w − lr·b', with Nesterov's momentum w − lr·(d·w + m·b').
      const ahead = nesterov ? momentum : 1;
      const direct = nesterov ? weightDecay : 0;
      return {
        slot: momentum === 0 ? null : 'momentum_buffer',
        at: (learningRate) => ({
          weight: {
            fromWeight: 1 - learningRate * (direct + ahead * weightDecay),
            fromSlot: -learningRate * ahead * momentum,
          },
          slot: { fromWeight: weightDecay, fromSlot: momentum },
        }),
      };
    }
    case 'adam':
    case 'adamw': {
      const { kind, weightDecay } = spec;
      if (kind === 'adam' && weightDecay > 0) return null;
      return {
        slot: null,
        at: (learningRate) => ({
          weight: { fromWeight: 1 - learningRate * (kind === 'adamw' ? weightDecay : 0), fromSlot: 0 },
          slot: { fromWeight: 0, fromSlot: 1 },
        }),
      };
    }
    default:
      return assertNever(spec);
  }
}

export interface EpochUpdate {
  /** As in the rule. */
  readonly slot: string | null;
  /** Of all steps of an epoch, counted from 0. */
  over(epoch: number): ZeroGradientUpdate;
}

/** @throws Error where the optimizer has no rule */
export function epochUpdate(train: TrainSpec, stepsPerEpoch: number): EpochUpdate {
  const rule = zeroGradientRule(train.optimizer);
  return {
    slot: rule?.slot ?? null,
    over: (epoch) => {
      if (rule === null) throw new Error(`${train.optimizer.kind} moves every weight in a way of its own`);
      let all: ZeroGradientUpdate = { weight: { fromWeight: 1, fromSlot: 0 }, slot: { fromWeight: 0, fromSlot: 1 } };
      for (let step = epoch * stepsPerEpoch + 1; step <= (epoch + 1) * stepsPerEpoch; step++) {
        const next = rule.at(learningRateAt(train, { step, stepsPerEpoch }));
        all = { weight: after(all, next.weight), slot: after(all, next.slot) };
      }
      return all;
    },
  };
}

const after = (
  { weight, slot }: ZeroGradientUpdate,
  { fromWeight, fromSlot }: ZeroGradientUpdate['weight'],
): ZeroGradientUpdate['weight'] => ({
  fromWeight: fromWeight * weight.fromWeight + fromSlot * slot.fromWeight,
  fromSlot: fromWeight * weight.fromSlot + fromSlot * slot.fromSlot,
});
