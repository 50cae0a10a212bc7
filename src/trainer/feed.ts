import { randomStream } from '../core/random.js';
import type { DistillSpec, TrainSpec } from '../core/spec.js';
import type { Batches } from './data/batches.js';
import { distillMomentAt, isScheduled, momentInputs } from './distillSchedule.js';
import type { NamedValues } from './engines/engine.js';
import type { Model } from './models/model.js';
import type { Optimizer } from './optimizer.js';
import { maskInput, teacherLogitsInput } from './programs.js';
import { learningRateAt } from './schedule.js';

/**
 * What steps of training are fed with, as a pure function of (seed, step): pictures, labels, dropout masks, stored
 * teacher logits and the optimizer's scalars. The arrays are made once, with a layer for each of several steps that are
 * made in one call, and filled again and again.
 */
export class Feed {
  /** Arrays [most, …] by the names of the program's inputs. */
  readonly values: NamedValues;
  readonly #layers: readonly Layer[];
  /** What the student's distillation changes by; null where nothing of it changes. */
  readonly #scheduled: DistillSpec | null;

  constructor(
    private readonly seed: number,
    private readonly train: TrainSpec,
    private readonly batches: Batches,
    private readonly optimizer: Optimizer,
    { model, distill, teacherLogits, pictureSize, classes, most }: FeedShape,
  ) {
    this.#scheduled = distill !== null && isScheduled(distill) ? distill : null;
    const scalarNames = [...optimizer.scalarNames, ...(this.#scheduled === null ? [] : Object.values(momentInputs))];
    const { batchSize } = train;
    const whole = {
      images: new Uint8Array(most * batchSize * pictureSize),
      labels: new Int32Array(most * batchSize),
      scalars: scalarNames.map((name) => ({ name, values: new Float32Array(most) })),
      masks: model.dropouts.map((dropout) => ({
        name: maskInput(dropout),
        rate: dropout.rate,
        values: new Uint8Array(most * batchSize * dropout.units),
      })),
      teachers: teacherLogits.map((all, teacher) => ({
        name: teacherLogitsInput(teacher),
        all,
        values: new Float32Array(most * batchSize * classes),
      })),
    };
    this.values = {
      images: whole.images,
      labels: whole.labels,
      ...Object.fromEntries(
        [...whole.scalars, ...whole.masks, ...whole.teachers].map(({ name, values }) => [name, values]),
      ),
    };
    this.#layers = Array.from({ length: most }, (_, index) => ({
      images: layerOf(whole.images, { index, most }),
      labels: layerOf(whole.labels, { index, most }),
      indices: new Int32Array(batchSize),
      scalars: new Map(whole.scalars.map(({ name, values }) => [name, layerOf(values, { index, most })])),
      masks: whole.masks.map(({ rate, values }) => ({ rate, values: layerOf(values, { index, most }) })),
      teachers: whole.teachers.map(({ all, values }) => ({ all, values: layerOf(values, { index, most }) })),
    }));
  }

  /**
   * Fills the first layers with so many steps.
   * @param first the number of the first step, counted from 1
   * @returns the learning rate of each step
   */
  fill(first: number, count: number): number[] {
    return this.#layers.slice(0, count).map((layer, index) => this.#fillLayer(layer, first + index));
  }

  #fillLayer({ masks, teachers, scalars, ...batch }: Layer, step: number): number {
    this.batches.fill(step, batch);
    masks.forEach(({ rate, values }, place) => {
      randomStream(this.seed, 'dropout', place, step).dropoutMask(values, rate);
    });
    for (const { all, values } of teachers) gatherRows(all, batch.indices, values);
    const learningRate = learningRateAt(this.train, { step, stepsPerEpoch: this.batches.stepsPerEpoch });
    for (const [name, value] of Object.entries(this.optimizer.scalars({ step, learningRate }))) {
      scalars.get(name)?.fill(value);
    }
    if (this.#scheduled !== null) {
      const { epochs } = this.train;
      const moment = distillMomentAt(this.#scheduled, { step, stepsPerEpoch: this.batches.stepsPerEpoch, epochs });
      scalars.get(momentInputs.temperature)?.fill(moment.temperature);
      scalars.get(momentInputs.ramp)?.fill(moment.ramp);
    }
    return learningRate;
  }
}

export interface FeedShape {
  readonly model: Model;
  readonly distill: DistillSpec | null;
  /** Of each teacher, for the whole training split; empty where there is none or it runs in the step. */
  readonly teacherLogits: readonly Float32Array[];
  readonly pictureSize: number;
  readonly classes: number;
  /** Steps that can be made in one call. */
  readonly most: number;
}

/** One step's part of the arrays. */
interface Layer {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  readonly indices: Int32Array;
  readonly scalars: ReadonlyMap<string, Float32Array>;
  readonly masks: readonly { readonly rate: number; readonly values: Uint8Array }[];
  readonly teachers: readonly { readonly all: Float32Array; readonly values: Float32Array }[];
}

interface Place {
  readonly index: number;
  readonly most: number;
}

/** One of `most` equal parts of an array, as a view. */
function layerOf(values: Uint8Array, place: Place): Uint8Array;
function layerOf(values: Int32Array, place: Place): Int32Array;
function layerOf(values: Float32Array, place: Place): Float32Array;
function layerOf(values: Uint8Array | Int32Array | Float32Array, { index, most }: Place) {
  const size = values.length / most;
  return values.subarray(index * size, (index + 1) * size);
}

function gatherRows(all: Float32Array, indices: Int32Array, out: Float32Array): void {
  const width = out.length / indices.length;
  indices.forEach((index, row) => {
    out.set(all.subarray(index * width, (index + 1) * width), row * width);
  });
}
