import { ProblemError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import type { TrainSpec } from '../../core/spec/spec.js';
import { changesOf, copyChanged } from './augment.js';
import type { Dataset } from './dataset.js';

/** Where a batch is written. */
export interface BatchBuffers {
  /** [batchSize, height, width, channels] */
  readonly images: Uint8Array;
  /** [batchSize] */
  readonly labels: Int32Array;
  /** [batchSize]: which examples of the training split they are. */
  readonly indices: Int32Array;
}

/** The batches of a run as a pure function of (seed, step): any step can be made, in any order. */
export interface Batches {
  /** Whole batches only: the examples left over in an epoch are not seen in it, and others are in the next. */
  readonly stepsPerEpoch: number;
  /** @param step counts from 1 */
  fill(step: number, batch: BatchBuffers): void;
}

/**
 * Batches of the training split: a new order in every epoch, pictures changed at random where the spec says so.
 * @throws ProblemError `too-few-examples` where the split does not fill one batch
 */
export function createBatches(
  { train: { images, labels }, ...picture }: Pick<Dataset, 'train' | 'height' | 'width' | 'channels'>,
  { seed, train }: { seed: number; train: Pick<TrainSpec, 'batchSize' | 'augment'> },
): Batches {
  const { batchSize, augment } = train;
  const stepsPerEpoch = stepsInEpoch({ examples: labels.length, batchSize });
  const size = picture.height * picture.width * picture.channels;

  // The order of the epoch asked for last, which is nearly always the one asked for next.
  let latest: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array() };
  const orderOf = (epoch: number): Int32Array => {
    if (epoch !== latest.epoch) latest = { epoch, order: randomStream(seed, 'order', epoch).shuffle(labels.length) };
    return latest.order;
  };

  return {
    stepsPerEpoch,
    fill: (step, batch) => {
      const epoch = Math.floor((step - 1) / stepsPerEpoch);
      const start = ((step - 1) % stepsPerEpoch) * batchSize;
      batch.indices.set(orderOf(epoch).subarray(start, start + batchSize));
      const changes = changesOf(augment, { seed, step });
      batch.indices.forEach((index, position) => {
        batch.labels[position] = labels[index] ?? 0;
        const source = images.subarray(index * size, (index + 1) * size);
        if (changes === null) {
          batch.images.set(source, position * size);
        } else {
          const target = batch.images.subarray(position * size, (position + 1) * size);
          copyChanged({ source, target }, changes(position), picture);
        }
      });
    },
  };
}

/** Whole batches of an epoch. @throws ProblemError `too-few-examples` where there is none */
export function stepsInEpoch({ examples, batchSize }: { examples: number; batchSize: number }): number {
  const steps = Math.floor(examples / batchSize);
  if (steps === 0) throw tooFew({ examples, batchSize });
  return steps;
}

function tooFew({ examples, batchSize }: { examples: number; batchSize: number }): ProblemError {
  return new ProblemError({
    code: 'too-few-examples',
    message: `There are ${examples} examples to train on, which do not fill one batch of ${batchSize}.`,
    fix: 'Choose a smaller `train.batchSize`, raise `data.limit.train`, or hold out fewer for validation.',
    place: { path: 'train.batchSize' },
  });
}
