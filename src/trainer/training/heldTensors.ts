import type { OptimizerSpec } from '../../core/spec/spec.js';
import type { Engine } from '../engines/engine.js';
import { zeroGradientRule, type ZeroGradientUpdate, type EpochUpdate } from './zeroGradientUpdate.js';
import type { Model } from '../models/model.js';
import type { ReachablePart } from '../models/reach.js';
import { putBack, taken, trimmed } from '../models/trimmed.js';
import { slotName, slotPrefix } from './optimizer.js';

/** A tensor of the model or its optimizer. */
export interface HeldSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly part?: ReachablePart;
}

/**
 * The model as an engine holds it: trimmed where the optimizer moves weights without gradient by a rule, so that
 * `WholeTensors` can make up for what is left out; else whole.
 */
export const trimmedFor = (optimizer: OptimizerSpec, model: Model): Model =>
  zeroGradientRule(optimizer) === null ? model : trimmed(model);

type Tensors = Readonly<Record<string, Float32Array>>;

/**
 * What an engine begins with.
 * @param start whole tensors; those that are not named begin with zeros
 */
export function heldAtStart(specs: readonly HeldSpec[], start: Tensors): Parameters<Engine['variables']>[0] {
  return Object.fromEntries(
    specs.map(({ name, shape, part }) => {
      const values = start[name];
      if (values === undefined) return [name, { shape, values: zeros(shape) }];
      return [name, { shape, values: part === undefined ? values : taken(values, part) }];
    }),
  );
}

/** The shapes of the whole tensors by name, as a checkpoint has them. */
export const wholeShapes = (specs: readonly HeldSpec[]): Record<string, readonly number[]> =>
  Object.fromEntries(specs.map(({ name, shape, part }) => [name, part?.whole ?? shape]));

/**
 * Makes whole what an engine holds a part of: what is left of a kernel is kept here and put back around the part. It has
 * no gradient; where weights decay it is moved on at the end of each epoch, for all of its steps at once. That it stands
 * still in between shows in a checkpoint amid an epoch, and in nothing that the network says.
 */
export class WholeTensors {
  readonly #rest = new Map<string, Float32Array>();
  #epochs: number;

  /**
   * @param start as in `heldAtStart`
   * @param epochs how many were over when those were written
   */
  constructor(
    private readonly specs: readonly HeldSpec[],
    start: Tensors,
    private readonly update: EpochUpdate,
    epochs: number,
  ) {
    this.#epochs = epochs;
    for (const { name, part } of specs) {
      if (part !== undefined) this.#rest.set(name, start[name]?.slice() ?? zeros(part.whole));
    }
  }

  /**
   * @param held as the engine has them, by name
   * @param epochs how many are over now
   */
  of(held: Tensors, epochs: number): Record<string, Float32Array> {
    for (; this.#epochs < epochs && this.#rest.size > 0; this.#epochs++) this.#moveOn(this.update.over(this.#epochs));
    return Object.fromEntries(
      this.specs.map(({ name, part }) => {
        const [found, rest] = [held[name], this.#rest.get(name)];
        if (found === undefined) throw new Error(`the engine has no tensor "${name}"`);
        return [name, part === undefined || rest === undefined ? found : putBack(rest, found, part)];
      }),
    );
  }

  #moveOn({ weight, slot }: ZeroGradientUpdate): void {
    // Slots begin with 0.
    if (weight.fromWeight === 1 && slot.fromWeight === 0) return;
    for (const [name, weights] of this.#rest) {
      if (name.startsWith(slotPrefix)) continue;
      const slots = this.update.slot === null ? undefined : this.#rest.get(slotName(this.update.slot, name));
      // Millions of them: an iterator takes several times as long.
      for (let index = 0; index < weights.length; index++) {
        const was = weights[index] ?? 0;
        const remembered = slots?.[index] ?? 0;
        weights[index] = weight.fromWeight * was + weight.fromSlot * remembered;
        if (slots !== undefined) slots[index] = slot.fromWeight * was + slot.fromSlot * remembered;
      }
    }
  }
}

const zeros = (shape: readonly number[]): Float32Array =>
  new Float32Array(shape.reduce((product, size) => product * size, 1));
