import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import { parseIdxImages, parseIdxLabels } from '../../../src/trainer/data/idx.js';
import { idx } from './idxFiles.js';

/** What a person reads. */
function diagnostic(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ProblemError);
    return formatProblem(error.problem);
  }
  return assert.fail('nothing was thrown');
}

const fix = '\n  Fix it.';

describe('parseIdxImages', () => {
  it('reads the sizes and the bytes, wherever in a buffer they lie', () => {
    const bytes = idx(2051, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const shifted = new Uint8Array([9, ...bytes]).subarray(1);
    assert.deepEqual(parseIdxImages(shifted, { file: 'f', fix: 'Fix it.' }), {
      count: 2,
      height: 1,
      width: 3,
      channels: 1,
      images: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('says of a file cut short how long it should be', () => {
    const bytes = idx(2051, [2, 1, 3], [1, 2, 3, 4, 5]);
    assert.equal(
      diagnostic(() => parseIdxImages(bytes, { file: 'train-images', fix: 'Fix it.' })),
      `train-images: The file has 21 bytes, expected 22 by its own header. It was cut short, or something was added to it.${fix}`,
    );
  });

  it('says of a file without a whole header that it was cut short', () => {
    const bytes = idx(2051, [2], []);
    assert.equal(
      diagnostic(() => parseIdxImages(bytes, { file: 'train-images', fix: 'Fix it.' })),
      `train-images: The file has 8 bytes, expected a header of 16 bytes. It was cut short, or something was added to it.${fix}`,
    );
  });

  it('says of another kind of file what it begins with', () => {
    assert.equal(
      diagnostic(() =>
        parseIdxImages(idx(2049, [8], [1, 2, 3, 4, 5, 6, 7, 8]), { file: 'train-images', fix: 'Fix it.' }),
      ),
      `train-images: This is no IDX file of pictures: it begins with the number 2049, expected 2051 or 2052.${fix}`,
    );
  });

  it('never reads anything else than a whole file', () => {
    const whole = idx(
      2051,
      [3, 2, 2],
      Array.from({ length: 12 }, (_, index) => index),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        assert.throws(() => parseIdxImages(whole.subarray(0, length), { file: 'f', fix: 'Fix it.' }), ProblemError);
      }),
    );
  });
});

describe('parseIdxLabels', () => {
  it('reads a byte a label', () => {
    assert.deepEqual(parseIdxLabels(idx(2049, [3], [7, 0, 9]), { file: 'f', fix: 'Fix it.' }), Int32Array.of(7, 0, 9));
  });

  it('refuses pictures, and more bytes than it counts', () => {
    assert.equal(
      diagnostic(() => parseIdxLabels(idx(2051, [1, 1, 1], [5]), { file: 'labels', fix: 'Fix it.' })),
      `labels: This is no IDX file of labels: it begins with the number 2051, expected 2049.${fix}`,
    );
    assert.equal(
      diagnostic(() => parseIdxLabels(idx(2049, [3], [7, 0, 9, 1]), { file: 'labels', fix: 'Fix it.' })),
      `labels: The file has 12 bytes, expected 11 by its own header. It was cut short, or something was added to it.${fix}`,
    );
  });
});
