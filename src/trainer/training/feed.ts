import { setWords } from '../../core/datasets/dataWords.js';
import { randomStream } from '../../core/random.js';
import type { DistillSpec, TrainSpec } from '../../core/spec/spec.js';
import type { Rows } from '../../data/cache/rows.js';
import type { Batches } from '../data/batches.js';
import { distillMomentAt, isScheduled, momentInputs } from '../distillation/distillSchedule.js';
import type { NamedValues } from '../engines/engine.js';
import { checkFinite, type Answering } from '../answers/finite.js';
import type { FrozenNet } from '../answers/frozenNet.js';
import type { DropoutSpec } from '../models/model.js';
import type { Optimizer } from './optimizer.js';
import { maskInput } from './programs.js';
import { learningRateAt } from './schedule.js';

/**
 * What steps of training are fed with, as a pure function of (seed, step): pictures, labels, dropout masks, what
 * frozen networks say, and the optimizer's scalars. The arrays are made once, with a layer for each of several steps that are
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
    { dropouts, distill, pictures, rows, pictureSize, most }: FeedShape,
  ) {
    this.#scheduled = distill !== null && isScheduled(distill) ? distill : null;
    const scalarNames = [...optimizer.scalarNames, ...(this.#scheduled === null ? [] : Object.values(momentInputs))];
    const { batchSize } = train;
    const whole = {
      images: new Uint8Array(most * batchSize * pictureSize),
      labels: new Int32Array(most * batchSize),
      scalars: scalarNames.map((name) => ({ name, values: new Float32Array(most) })),
      masks: dropouts.map((dropout) => ({
        name: maskInput(dropout),
        rate: dropout.rate,
        values: new Uint8Array(most * batchSize * dropout.units),
      })),
      rows: rows.map(({ name, source }) => ({
        name,
        source,
        values: new Float32Array(most * batchSize * widthOf(source)),
      })),
    };
    this.values = {
      ...(pictures ? { images: whole.images } : {}),
      labels: whole.labels,
      ...Object.fromEntries(
        [...whole.scalars, ...whole.masks, ...whole.rows].map(({ name, values }) => [name, values]),
      ),
    };
    this.#layers = Array.from({ length: most }, (_, index) => ({
      images: layerOf(whole.images, { index, most }),
      labels: layerOf(whole.labels, { index, most }),
      indices: new Int32Array(batchSize),
      scalars: new Map(whole.scalars.map(({ name, values }) => [name, layerOf(values, { index, most })])),
      masks: whole.masks.map(({ rate, values }) => ({ rate, values: layerOf(values, { index, most }) })),
      rows: whole.rows.map(({ source, values }) => ({ source, values: layerOf(values, { index, most }) })),
    }));
  }

  /**
   * Fills the first layers with so many steps.
   * @param first the number of the first step, counted from 1
   * @returns the learning rate of each step
   */
  async fill(first: number, count: number): Promise<number[]> {
    const learningRates: number[] = [];
    for (const [index, layer] of this.#layers.slice(0, count).entries()) {
      learningRates.push(await this.#fillLayer(layer, first + index));
    }
    return learningRates;
  }

  async #fillLayer({ masks, rows, scalars, ...batch }: Layer, step: number): Promise<number> {
    this.batches.fill(step, batch);
    masks.forEach(({ rate, values }, place) => {
      randomStream(this.seed, 'dropout', place, step).dropoutMask(values, rate);
    });
    for (const { source, values } of rows) await fillRows(source, batch, values);
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

/** Where the rows of an input come from. */
export type RowSource =
  /** Computed once for the whole training split: right only where pictures are seen as they are. */
  | { readonly kind: 'stored'; readonly rows: Rows }
  /** Asked in every step of the pictures as the step sees them. */
  | { readonly kind: 'asked'; readonly net: FrozenNet; readonly of: Answering };

export interface FeedShape {
  readonly dropouts: readonly DropoutSpec[];
  readonly distill: DistillSpec | null;
  /** Whether the program itself sees the pictures. */
  readonly pictures: boolean;
  /** Inputs [batch, width] by name: stored or asked teachers, features. */
  readonly rows: readonly { readonly name: string; readonly source: RowSource }[];
  readonly pictureSize: number;
  /** Steps that can be made in one call. */
  readonly most: number;
}

const widthOf = (source: RowSource): number => (source.kind === 'stored' ? source.rows.width : source.net.width);

async function fillRows(
  source: RowSource,
  { images, indices }: { images: Uint8Array; indices: Int32Array },
  out: Float32Array,
): Promise<void> {
  switch (source.kind) {
    case 'stored':
      return source.rows.gather(indices, out);
    case 'asked': {
      const { net } = source;
      // A net that fixes its batch may take fewer pictures than the step has.
      const size = images.length / indices.length;
      const buffer = new Uint8Array(net.batchSize * size);
      for (let first = 0; first < indices.length; first += net.batchSize) {
        const count = Math.min(net.batchSize, indices.length - first);
        buffer.set(images.subarray(first * size, (first + count) * size));
        const answers = (await net.answer(buffer)).subarray(0, count * net.width);
        checkFinite(answers, { width: net.width, of: source.of, to: setWords('train') });
        out.set(answers, first * net.width);
      }
    }
  }
}

/** One step's part of the arrays. */
interface Layer {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  readonly indices: Int32Array;
  readonly scalars: ReadonlyMap<string, Float32Array>;
  readonly masks: readonly { readonly rate: number; readonly values: Uint8Array }[];
  readonly rows: readonly { readonly source: RowSource; readonly values: Float32Array }[];
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
