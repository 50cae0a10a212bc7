import { ProblemError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { heldOutCount } from '../../core/datasets/datasets.js';
import type { DataSpec } from '../../core/spec/spec.js';
import type { Split } from './dataset.js';

/** The same examples whatever the run's own seed is, so that all runs choose by the same ones. */
const holdOutSeed = 0;

/** Which examples of a data set its splits are, by their place in the training or the test set. */
export interface ChosenExamples {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * Chooses the splits of a data set that comes as a training and a test set of so many examples. Validation examples are
 * drawn from the training set; limits then take the first of what is left. Everything stays in the order of the data set.
 * @throws ProblemError `validation-too-large` where nothing would be left to train on
 */
export function chooseExamples(
  { train, test }: { train: number; test: number },
  spec: Pick<DataSpec, 'validation' | 'limit'>,
): ChosenExamples {
  const { limit } = spec;
  const validation = heldOutCount(spec);
  if (validation >= train) {
    throw new ProblemError({
      code: 'validation-too-large',
      message: `${validation} examples are to be held out for validation, but there are only ${train} to train on.`,
      fix: `Hold out fewer than ${train}.`,
      place: { path: 'data.validation' },
    });
  }
  const isHeldOut = new Uint8Array(train);
  if (validation > 0) {
    const order = randomStream(holdOutSeed, 'validation').shuffle(train);
    for (const index of order.subarray(0, validation)) isHeldOut[index] = 1;
  }
  const all = inOrder(train);
  return {
    train: all.filter((index) => isHeldOut[index] === 0).subarray(0, limit.train),
    validation: all.filter((index) => isHeldOut[index] === 1).subarray(0, limit.validation),
    test: inOrder(test).subarray(0, limit.test),
  };
}

/** The splits of a data set in memory, chosen by {@link chooseExamples}. */
export function splitsOf(
  { train, test }: { train: Split; test: Split },
  spec: Pick<DataSpec, 'validation' | 'limit'>,
): { train: Split; validation: Split; test: Split } {
  const chosen = chooseExamples({ train: train.labels.length, test: test.labels.length }, spec);
  return {
    train: picked(train, chosen.train),
    validation: picked(train, chosen.validation),
    test: picked(test, chosen.test),
  };
}

const inOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

/** The examples at the given places; the first ones are a view of the split itself. */
function picked({ images, labels }: Split, indices: Int32Array): Split {
  const size = images.length / labels.length;
  if (indices.every((index, row) => index === row)) {
    return { images: images.subarray(0, indices.length * size), labels: labels.subarray(0, indices.length) };
  }
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((index, row) => {
    chosen.set(images.subarray(index * size, (index + 1) * size), row * size);
  });
  return { images: chosen, labels: indices.map((index) => labels[index] ?? 0) };
}
