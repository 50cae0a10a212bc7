import { randomStream } from '../core/random.js';
import type { TrainSpec } from '../core/spec.js';
import type { Batches } from './data/batches.js';
import type { NamedValues } from './engines/engine.js';
import type { Model } from './models/model.js';
import type { Optimizer } from './optimizer.js';
import { maskInput, teacherLogitsInput } from './programs.js';
import { learningRateAt } from './schedule.js';

/**
 * What a step of training is fed with, as a pure function of (seed, step): its pictures, labels, dropout masks, stored
 * teacher logits and the optimizer's scalars. The arrays are made once and filled again for every step.
 */
export class Feed {
  readonly values: NamedValues;
  readonly #images: Uint8Array;
  readonly #labels: Int32Array;
  readonly #indices: Int32Array;
  readonly #masks: readonly { readonly name: string; readonly rate: number; readonly values: Uint8Array }[];
  readonly #teacherLogits: readonly { readonly all: Float32Array; readonly batch: Float32Array }[];
  readonly #scalars: Readonly<Record<string, Float32Array>>;

  constructor(
    private readonly seed: number,
    private readonly train: TrainSpec,
    private readonly batches: Batches,
    private readonly optimizer: Optimizer,
    {
      model,
      teacherLogits,
      pictureSize,
      classes,
    }: {
      model: Model;
      /** Of each teacher, for the whole training split; empty where there is none or it runs in the step. */
      teacherLogits: readonly Float32Array[];
      pictureSize: number;
      classes: number;
    },
  ) {
    const { batchSize } = train;
    this.#images = new Uint8Array(batchSize * pictureSize);
    this.#labels = new Int32Array(batchSize);
    this.#indices = new Int32Array(batchSize);
    this.#masks = model.dropouts.map((dropout) => ({
      name: maskInput(dropout),
      rate: dropout.rate,
      values: new Uint8Array(batchSize * dropout.units),
    }));
    this.#teacherLogits = teacherLogits.map((all) => ({ all, batch: new Float32Array(batchSize * classes) }));
    this.#scalars = Object.fromEntries(optimizer.scalarNames.map((name) => [name, new Float32Array(1)]));
    this.values = {
      images: this.#images,
      labels: this.#labels,
      ...this.#scalars,
      ...Object.fromEntries(this.#masks.map(({ name, values }) => [name, values])),
      ...Object.fromEntries(this.#teacherLogits.map(({ batch }, teacher) => [teacherLogitsInput(teacher), batch])),
    };
  }

  /**
   * @param step counted from 1
   * @returns the learning rate of the step
   */
  fill(step: number): number {
    this.batches.fill(step, { images: this.#images, labels: this.#labels, indices: this.#indices });
    this.#masks.forEach(({ rate, values }, layer) => {
      randomStream(this.seed, 'dropout', layer, step).dropoutMask(values, rate);
    });
    for (const { all, batch } of this.#teacherLogits) gatherRows(all, this.#indices, batch);
    const learningRate = learningRateAt(this.train, { step, stepsPerEpoch: this.batches.stepsPerEpoch });
    for (const [name, value] of Object.entries(this.optimizer.scalars({ step, learningRate })))
      this.#scalars[name]?.fill(value);
    return learningRate;
  }
}

function gatherRows(all: Float32Array, indices: Int32Array, out: Float32Array): void {
  const width = out.length / indices.length;
  indices.forEach((index, row) => {
    out.set(all.subarray(index * width, (index + 1) * width), row * width);
  });
}
