import * as tf from '@tensorflow/tfjs-core';
import { assertNever } from '../../core/problem.js';
import type { OptimizerSpec } from '../../core/spec/spec.js';
import type { Tensors } from '../engines/engine.js';
import type { ReachablePart } from '../models/reach.js';
import { tensorNamed } from '../tensors.js';

/** A tensor that an optimizer keeps beside a parameter; zeros before the first step. */
export interface SlotSpec {
  /** `optimizer.<slot>.<parameter>`, the slot as PyTorch calls it: `optimizer.momentum_buffer.fc1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** What it is a part of, as its parameter is. */
  readonly part?: ReachablePart;
}

export const slotPrefix = 'optimizer.';
export const slotName = (slot: string, parameter: string): string => `${slotPrefix}${slot}.${parameter}`;

/** An optimizer as pure functions: what it remembers is in the slots and the number of the step. */
export interface Optimizer {
  slots(parameters: readonly SlotSpec[]): SlotSpec[];
  /** What changes from step to step, fed to `update` as float32 scalars. */
  readonly scalarNames: readonly string[];
  /** @param step counts from 1 */
  scalars(at: { step: number; learningRate: number }): Record<string, number>;
  /** One step. Gradients are those of the parameters, under the same names. */
  update(state: { parameters: Tensors; gradients: Tensors; slots: Tensors; scalars: Tensors }): {
    parameters: Tensors;
    slots: Tensors;
  };
}

/** How one parameter is updated. */
interface Rule {
  readonly slots: readonly string[];
  readonly scalarNames: readonly string[];
  scalars(at: { step: number; learningRate: number }): Record<string, number>;
  step(values: {
    parameter: tf.Tensor;
    gradient: tf.Tensor;
    slot: (name: string) => tf.Tensor;
    scalar: (name: string) => tf.Tensor;
  }): { parameter: tf.Tensor; slots: Tensors };
}

/**
 * PyTorch's SGD, Adam or AdamW (`torch.optim`), written with as few passes over the parameters as it takes: a step is
 * bound by memory.
 * @param maxNorm bound on the L2 norm of every row of weights [out, in] after the step; null for none
 */
export function createOptimizer(spec: OptimizerSpec, { maxNorm }: { maxNorm: number | null }): Optimizer {
  const rule = ruleOf(spec);
  return {
    slots: (parameters) =>
      rule.slots.flatMap((slot) =>
        parameters.map(({ name, shape, part }) => ({
          name: slotName(slot, name),
          shape,
          ...(part === undefined ? {} : { part }),
        })),
      ),
    scalarNames: rule.scalarNames,
    scalars: (at) => rule.scalars(at),
    update: ({ parameters, gradients, slots, scalars }) => {
      const updated: { parameters: Record<string, tf.Tensor>; slots: Record<string, tf.Tensor> } = {
        parameters: {},
        slots: {},
      };
      for (const [name, parameter] of Object.entries(parameters)) {
        const result = rule.step({
          parameter,
          gradient: tensorNamed(gradients, name),
          slot: (slot) => tensorNamed(slots, slotName(slot, name)),
          scalar: (scalar) => tensorNamed(scalars, scalar),
        });
        updated.parameters[name] =
          maxNorm === null || parameter.rank !== 2 ? result.parameter : renormed(result.parameter, maxNorm);
        for (const [slot, value] of Object.entries(result.slots)) updated.slots[slotName(slot, name)] = value;
      }
      return updated;
    },
  };
}

function ruleOf(spec: OptimizerSpec): Rule {
  switch (spec.kind) {
    case 'sgd':
      return sgd(spec);
    case 'adam':
    case 'adamw':
      return adam(spec);
    default:
      return assertNever(spec);
  }
}

/** `torch.optim.SGD` with dampening 0; its first buffer, the gradient itself, is m·0 + gradient here. */
function sgd({ momentum, nesterov, weightDecay }: Extract<OptimizerSpec, { kind: 'sgd' }>): Rule {
  return {
    slots: momentum === 0 ? [] : ['momentum_buffer'],
    scalarNames: ['learningRate'],
    scalars: ({ learningRate }) => ({ learningRate }),
    step: ({ parameter, gradient, slot, scalar }) => {
      const slope = withPenalty(gradient, { parameter, weightDecay });
      const rate = scalar('learningRate');
      if (momentum === 0) return { parameter: tf.sub(parameter, tf.mul(slope, rate)), slots: {} };
      const before = slot('momentum_buffer');
      const buffer = tf.add(slope, tf.mul(before, momentum));
      const slots = { momentum_buffer: buffer };
      if (!nesterov) return { parameter: tf.sub(parameter, tf.mul(buffer, rate)), slots };
      // slope + m·buffer, said without the slope: (1 + m)·buffer − m·before. Then the gradient has one reader, and an
      // engine can add it to the buffer where it is made.
      const ahead = tf.add(parameter, tf.mul(before, tf.mul(rate, momentum)));
      return { parameter: tf.sub(ahead, tf.mul(buffer, tf.mul(rate, 1 + momentum))), slots };
    },
  };
}

/**
 * `torch.optim.Adam`, and `AdamW`, whose decay shrinks the weights themselves.
 *
 * PyTorch: p − lr/c₁ · m / (√v/√c₂ + ε) with cₖ = 1 − βₖᵗ. Multiplied through by √c₂ the corrections are two scalars,
 * `stepSize` = lr·√c₂/c₁ and `epsilon` = ε·√c₂, and one pass over the parameters is saved.
 */
function adam(spec: Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>): Rule {
  const { kind, beta1, beta2, epsilon, weightDecay } = spec;
  const decoupled = kind === 'adamw' && weightDecay > 0;
  return {
    slots: ['exp_avg', 'exp_avg_sq'],
    scalarNames: ['stepSize', 'epsilon', ...(decoupled ? ['kept'] : [])],
    scalars: ({ step, learningRate }) => {
      const root = Math.sqrt(1 - beta2 ** step);
      return {
        stepSize: (learningRate * root) / (1 - beta1 ** step),
        epsilon: epsilon * root,
        ...(decoupled ? { kept: 1 - learningRate * weightDecay } : {}),
      };
    },
    step: ({ parameter, gradient, slot, scalar }) => {
      const slope = kind === 'adam' ? withPenalty(gradient, { parameter, weightDecay }) : gradient;
      const mean = tf.add(tf.mul(slot('exp_avg'), beta1), tf.mul(slope, 1 - beta1));
      const square = tf.add(tf.mul(slot('exp_avg_sq'), beta2), tf.mul(tf.square(slope), 1 - beta2));
      const direction = tf.div(mean, tf.add(tf.sqrt(square), scalar('epsilon')));
      const shrunk = decoupled ? tf.mul(parameter, scalar('kept')) : parameter;
      return {
        parameter: tf.sub(shrunk, tf.mul(direction, scalar('stepSize'))),
        slots: { exp_avg: mean, exp_avg_sq: square },
      };
    },
  };
}

/** The gradient of loss + weightDecay/2·‖p‖². */
function withPenalty(
  gradient: tf.Tensor,
  { parameter, weightDecay }: { parameter: tf.Tensor; weightDecay: number },
): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
}

/** `torch.renorm(weight, p=2, dim=0, maxnorm)`: rows longer than the bound are cut to it, with its 1e-7 in the divisor. */
function renormed(weight: tf.Tensor, maxNorm: number): tf.Tensor {
  const norm = tf.sqrt(tf.sum(tf.square(weight), 1, true));
  const cut = tf.div(maxNorm, tf.add(norm, 1e-7));
  return tf.mul(weight, tf.where(tf.greater(norm, maxNorm), cut, tf.onesLike(norm)));
}
