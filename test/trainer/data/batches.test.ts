import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import { trainSchema } from '../../../src/core/spec/spec.js';
import { createBatches, type Batches, type BatchBuffers } from '../../../src/trainer/data/batches.js';

const picture = { height: 4, width: 3, channels: 2 };
const pixels = 24;

function dataset(count: number) {
  return {
    ...picture,
    train: {
      labels: Int32Array.from({ length: count }, (_, index) => index % 10),
      images: Uint8Array.from({ length: count * pixels }, (_, index) => ((index * 7) % 255) + 1),
    },
  };
}

const trainOf = (batchSize: number, translate = 0) => trainSchema.parse({ batchSize, augment: { translate } });

function batchAt(batches: Batches, step: number, batchSize: number): BatchBuffers {
  const batch = {
    images: new Uint8Array(batchSize * pixels).fill(255),
    labels: new Int32Array(batchSize),
    indices: new Int32Array(batchSize),
  };
  batches.fill(step, batch);
  return batch;
}

describe('createBatches', () => {
  it('shows every example once an epoch, in another order each time', () => {
    const batches = createBatches(dataset(60), { seed: 1, train: trainOf(12) });
    assert.equal(batches.stepsPerEpoch, 5);
    const epochs = [0, 1, 2].map((epoch) =>
      [1, 2, 3, 4, 5].flatMap((step) => [...batchAt(batches, 5 * epoch + step, 12).indices]),
    );
    for (const order of epochs) {
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        Array.from({ length: 60 }, (_, index) => index),
      );
    }
    assert.equal(new Set(epochs.map(String)).size, 3);
    const other = createBatches(dataset(60), { seed: 2, train: trainOf(12) });
    assert.notDeepEqual([...batchAt(other, 1, 12).indices], epochs[0]?.slice(0, 12));
  });

  it('drops the last incomplete batch, and other examples in every epoch', () => {
    const batches = createBatches(dataset(25), { seed: 0, train: trainOf(10) });
    assert.equal(batches.stepsPerEpoch, 2);
    const left = [0, 1, 2].map((epoch) => {
      const seen = [1, 2].flatMap((step) => [...batchAt(batches, 2 * epoch + step, 10).indices]);
      assert.equal(new Set(seen).size, 20);
      return Array.from({ length: 25 }, (_, index) => index).filter((index) => !seen.includes(index));
    });
    assert.equal(new Set(left.map(String)).size, 3);
  });

  it('copies the pictures and labels of its examples', () => {
    const data = dataset(30);
    const batches = createBatches(data, { seed: 5, train: trainOf(8) });
    const { images, labels, indices } = batchAt(batches, 2, 8);
    indices.forEach((index, position) => {
      assert.equal(labels[position], data.train.labels[index]);
      assert.deepEqual(
        images.subarray(position * pixels, (position + 1) * pixels),
        data.train.images.subarray(index * pixels, (index + 1) * pixels),
      );
    });
  });

  it('is a pure function of seed and step: any order of asking gives the same', () => {
    const make = () => createBatches(dataset(40), { seed: 9, train: trainOf(16, 2) });
    const inOrder = make();
    const expected = Array.from({ length: 12 }, (_, index) => batchAt(inOrder, index + 1, 16));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }), (steps) => {
        const batches = make();
        for (const step of steps) assert.deepEqual(batchAt(batches, step, 16), expected[step - 1]);
      }),
    );
  });

  it('shifts each picture by itself, anew in every step', () => {
    const data = dataset(8);
    const batches = createBatches(data, { seed: 0, train: trainOf(8, 1) });
    const plain = createBatches(data, { seed: 0, train: trainOf(8) });
    const shifted = (step: number, index: number): string => {
      const { images, indices } = batchAt(batches, step, 8);
      const position = indices.indexOf(index);
      return images.subarray(position * pixels, (position + 1) * pixels).join(' ');
    };
    const looks = new Set(Array.from({ length: 60 }, (_, index) => shifted(index + 1, 3)));
    assert.equal(looks.size, 9, 'each of the nine shifts, in sixty steps');
    assert.ok(looks.has(data.train.images.subarray(3 * pixels, 4 * pixels).join(' ')));
    assert.deepEqual(batchAt(batches, 4, 8).indices, batchAt(plain, 4, 8).indices, 'the order is the same without');
  });

  it('refuses a set that does not fill one batch', () => {
    assert.throws(
      () => createBatches(dataset(63), { seed: 0, train: trainOf(64) }),
      (error) => {
        assert.ok(error instanceof ProblemError);
        assert.equal(
          formatProblem(error.problem),
          'train.batchSize: There are 63 examples to train on, which do not fill one batch of 64.\n' +
            '  Choose a smaller `train.batchSize`, raise `data.limit.train`, or hold out fewer for validation.',
        );
        return true;
      },
    );
  });
});
