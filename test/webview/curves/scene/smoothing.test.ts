import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SmoothedColumn } from '../../../../webview/curves/scene/smoothing.js';

const value = fc.oneof(
  { weight: 9, arbitrary: fc.float({ min: -100, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) },
);
const column = fc.array(value, { maxLength: 3000, size: 'max' });

/**
 * TensorBoard's `classicSmoothing`, as it is published: every value anew from the closed form of the debiased average,
 * sum((1 − w) · w^(n − k) · y_k) / (1 − w^n) over the n finite values so far.
 */
function closedForm(values: readonly number[], weight: number, index: number): number {
  const current = values[index] ?? NaN;
  if (!Number.isFinite(current)) return current;
  const finite = values.slice(0, index + 1).filter(Number.isFinite);
  let sum = 0;
  for (const [place, one] of finite.entries()) sum += (1 - weight) * weight ** (finite.length - 1 - place) * one;
  return sum / (1 - weight ** finite.length);
}

test('is the debiased average of TensorBoard, over gaps', () => {
  fc.assert(
    fc.property(column, fc.double({ min: 0, max: 0.99, noNaN: true }), (values, weight) => {
      const smoothed = new SmoothedColumn(weight).update(Float32Array.from(values), 0);
      assert.equal(smoothed.length, values.length);
      for (let index = 0; index < values.length; index += 41) {
        const expected = closedForm([...Float32Array.from(values)], weight, index);
        const actual = smoothed[index] ?? NaN;
        if (!Number.isFinite(expected)) assert.equal(actual, expected);
        else assert.ok(Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${actual} ${expected}`);
      }
    }),
    { numRuns: 40 },
  );
});

test('taking up again after a change gives what beginning anew gives, to the bit', () => {
  const change = fc.record({ back: fc.nat(2000), values: column });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
      const smoothed = new SmoothedColumn(0.9);
      let values = new Float32Array(0);
      for (const { back, values: added } of changes) {
        const kept = values.subarray(0, Math.max(0, values.length - back));
        values = Float32Array.from([...kept, ...added]);
        assert.deepEqual(smoothed.update(values, kept.length), new SmoothedColumn(0.9).update(values, 0));
      }
    }),
    { numRuns: 40 },
  );
});
