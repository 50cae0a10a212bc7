import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import type { Split } from '../../../src/trainer/data/dataset.js';
import { splitsOf } from '../../../src/trainer/data/splits.js';

/** Every label is the number of its example, and so are both of its pixels. */
function numbered(count: number): Split {
  return {
    labels: Int32Array.from({ length: count }, (_, index) => index),
    images: Uint8Array.from({ length: 2 * count }, (_, index) => index >> 1),
  };
}

const matched = ({ images, labels }: Split): boolean =>
  images.length === 2 * labels.length &&
  labels.every((label, i) => images[2 * i] === label && images[2 * i + 1] === label);

describe('splitsOf', () => {
  it('holds out as many as asked for, loses none, and keeps pictures with their labels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(199), (count, held) => {
        fc.pre(held < count);
        const { train, validation } = splitsOf(
          { train: numbered(count), test: numbered(3) },
          { validation: held, limit: {} },
        );
        assert.equal(validation.labels.length, held);
        assert.deepEqual(
          [...train.labels, ...validation.labels].sort((a, b) => a - b),
          [...numbered(count).labels],
        );
        assert.ok(matched(train) && matched(validation));
      }),
    );
  });

  it('draws the held-out examples from everywhere, and always the same', () => {
    const held = (): Split =>
      splitsOf({ train: numbered(200), test: numbered(1) }, { validation: 50, limit: {} }).validation;
    const quarters = [0, 0, 0, 0];
    for (const label of held().labels) quarters[Math.floor(label / 50)] = (quarters[Math.floor(label / 50)] ?? 0) + 1;
    assert.ok(
      quarters.every((count) => count >= 5),
      quarters.join(', '),
    );
    assert.deepEqual(held(), held());
  });

  it('limits what is left after holding out, so validation is the same for a quick try', () => {
    const sets = { train: numbered(100), test: numbered(20) };
    const full = splitsOf(sets, { validation: 10, limit: {} });
    const limited = splitsOf(sets, { validation: 10, limit: { train: 30, test: 5 } });
    assert.deepEqual(limited.validation, full.validation);
    assert.deepEqual(limited.train.labels, full.train.labels.subarray(0, 30));
    assert.deepEqual([...limited.test.labels], [0, 1, 2, 3, 4]);
    assert.ok(matched(limited.train) && matched(limited.test));
    assert.equal(splitsOf(sets, { validation: 0, limit: { train: 1000 } }).train.labels.length, 100);
  });

  it('refuses to hold out everything', () => {
    assert.throws(
      () => splitsOf({ train: numbered(10), test: numbered(1) }, { validation: 10, limit: {} }),
      (error) => {
        assert.ok(error instanceof ProblemError);
        assert.equal(
          formatProblem(error.problem),
          'data.validation: 10 examples are to be held out for validation, but there are only 10 to train on.\n' +
            '  Hold out fewer than 10.',
        );
        return true;
      },
    );
  });
});
