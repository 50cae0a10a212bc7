import { ProblemError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import type { DataSpec } from '../../core/spec.js';
import type { Split } from './dataset.js';

/** The same examples whatever the run's own seed is, so that all runs choose by the same ones. */
const holdOutSeed = 0;

/**
 * The splits of a data set that comes as a training and a test set. Validation examples are drawn from the training
 * set; limits then take the first of what is left. Everything stays in the order of the data set.
 * @throws ProblemError `validation-too-large` where nothing would be left to train on
 */
export function splitsOf(
  { train, test }: { train: Split; test: Split },
  { validation, limit }: Pick<DataSpec, 'validation' | 'limit'>,
): { train: Split; validation: Split; test: Split } {
  const count = train.labels.length;
  if (validation >= count) {
    throw new ProblemError({
      code: 'validation-too-large',
      message: `${validation} examples are to be held out for validation, but there are only ${count} to train on.`,
      mend: `Hold out fewer than ${count}.`,
      place: { path: 'data.validation' },
    });
  }
  const isHeldOut = new Uint8Array(count);
  if (validation > 0) {
    const order = randomStream(holdOutSeed, 'validation').shuffle(count);
    for (const index of order.subarray(0, validation)) isHeldOut[index] = 1;
  }
  const kept = validation === 0 ? train : picked(train, (index) => isHeldOut[index] === 0);
  return {
    train: firstOf(kept, limit.train),
    validation: picked(train, (index) => isHeldOut[index] === 1),
    test: firstOf(test, limit.test),
  };
}

function picked({ images, labels }: Split, wanted: (index: number) => boolean): Split {
  const size = images.length / labels.length;
  const indices = Array.from(labels.keys()).filter(wanted);
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((index, row) => {
    chosen.set(images.subarray(index * size, (index + 1) * size), row * size);
  });
  return { images: chosen, labels: Int32Array.from(indices, (index) => labels[index] ?? 0) };
}

/** At most so many examples. */
function firstOf(split: Split, limit: number | undefined): Split {
  const count = split.labels.length;
  if (limit === undefined || limit >= count) return split;
  const size = split.images.length / count;
  return { images: split.images.subarray(0, limit * size), labels: split.labels.subarray(0, limit) };
}
