import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinMaxPyramid } from '../../../../webview/curves/scene/pyramid.js';

/** A loss that may have diverged, with gaps. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0) },
);
const column = fc.array(value, { maxLength: 2500, size: 'max' }).map((values) => Float32Array.from(values));

/** What the pyramid must find, by looking at every value. */
function extremesOf(
  values: Float32Array,
  { from, to, positiveOnly }: { from: number; to: number; positiveOnly: boolean },
) {
  const shown = [...values.subarray(from, to)].filter((one) => Number.isFinite(one) && (!positiveOnly || one > 0));
  return shown.length === 0 ? null : { lowest: Math.min(...shown), highest: Math.max(...shown) };
}

/** Protects spikes: a loss that jumps for one step in a million must be seen. */
test('finds the smallest and the largest value of any range, and counts what is left out', () => {
  fc.assert(
    fc.property(column, fc.nat(2600), fc.nat(2600), fc.boolean(), (values, a, b, positiveOnly) => {
      const pyramid = new MinMaxPyramid({ positiveOnly });
      pyramid.update(values, 0);
      const [from, to] = a < b ? [a, b] : [b, a];
      const found = pyramid.extremes({ from, to });
      const expected = extremesOf(values, { from, to, positiveOnly });
      assert.equal(found === null, expected === null);
      if (found === null || expected === null) return;
      assert.ok(found.lowest >= from && found.lowest < to && found.highest >= from && found.highest < to);
      assert.equal(values[found.lowest], expected.lowest);
      assert.equal(values[found.highest], expected.highest);
      const leftOut = values.filter((one) => positiveOnly && Number.isFinite(one) && one <= 0).length;
      assert.equal(pyramid.leftOut, leftOut);
    }),
  );
});

test('a pyramid that grew, was cut and overwritten is the pyramid of the whole column', () => {
  const change = fc.record({ back: fc.nat(300), values: fc.array(value, { maxLength: 700, size: 'max' }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.boolean(), (changes, positiveOnly) => {
      const pyramid = new MinMaxPyramid({ positiveOnly });
      let values = new Float32Array(0);
      for (const { back, values: added } of changes) {
        const kept = values.subarray(0, Math.max(0, values.length - back));
        values = Float32Array.from([...kept, ...added]);
        pyramid.update(values, kept.length);
        const whole = new MinMaxPyramid({ positiveOnly });
        whole.update(values, 0);
        assert.equal(pyramid.leftOut, whole.leftOut);
        for (let from = 0; from < values.length; from += 37) {
          for (const to of [from + 1, from + 50, from + 400, values.length])
            assert.deepEqual(pyramid.extremes({ from, to }), whole.extremes({ from, to }));
        }
      }
    }),
  );
});

/** Protects the price of a live curve: a step that arrives must not cost a look at the million before it. */
test('looks only at what changed', () => {
  const values = new Float32Array(20_000).fill(1);
  const pyramid = new MinMaxPyramid();
  pyramid.update(values, 0);
  values.fill(5, 0, 16_000);
  pyramid.update(values, 19_999);
  values.fill(1, 0, 16_000);
  values[10] = 9;
  assert.equal(values[pyramid.extremes({ from: 0, to: 20_000 })?.highest ?? -1], 1);
});
