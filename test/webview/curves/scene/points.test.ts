import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { collectPoints, Points } from '../../../../webview/curves/scene/points.js';
import { EvenPositions, nearest, TimePositions, type Positions } from '../../../../webview/curves/scene/positions.js';
import { MinMaxPyramid } from '../../../../webview/curves/scene/pyramid.js';

const value = fc.oneof(
  { weight: 9, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const pause = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(40) },
);
const curve = fc
  .array(fc.tuple(value, pause), { minLength: 1, maxLength: 2000, size: 'max' })
  .chain((steps) => fc.tuple(fc.constant(steps), fc.constantFrom('step', 'epoch', 'time')))
  .map(([steps, unit]) => {
    const values = Float32Array.from(steps.map(([one]) => one));
    const pyramid = new MinMaxPyramid();
    pyramid.update(values, 0);
    return {
      values,
      pyramid,
      positions: positionsOf(
        unit,
        steps.map(([, pause]) => pause),
      ),
    };
  });

function positionsOf(unit: 'step' | 'epoch' | 'time', pauses: readonly number[]): Positions {
  const length = pauses.length;
  if (unit !== 'time') return new EvenPositions({ length, stepsPerUnit: unit === 'step' ? 1 : 469 });
  const positions = new TimePositions();
  let time = 0;
  positions.update(
    Float32Array.from(pauses, (pause) => (time += pause)),
    0,
  );
  return positions;
}

/** Protects the promise of the picture: whatever is drawn, the highest and the lowest value on screen are drawn. */
test('the extremes of what is visible are among the points, and there are few points', () => {
  fc.assert(
    fc.property(
      curve,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1e-3, max: 1, noNaN: true }),
      fc.integer({ min: 3, max: 300 }),
      ({ values, pyramid, positions }, start, width, buckets) => {
        const last = positions.at(positions.length - 1) + 1e-3;
        const range = { min: start * last, max: start * last + width * last };
        const into = new Points();
        collectPoints({ pyramid, positions }, { range, buckets, into });
        assert.ok(into.count <= 3 * buckets + 6, `${into.count} points for ${buckets} parts`);
        const drawn = [...into.ys.subarray(0, into.count)];
        const xs = [...into.xs.subarray(0, into.count)];
        assert.deepEqual(
          xs,
          xs.toSorted((a, b) => a - b),
        );
        const visible = [...values].filter((one, index) => {
          const x = positions.at(index);
          return !Number.isNaN(one) && x >= range.min && x <= range.max;
        });
        if (visible.length === 0) return;
        assert.ok(drawn.includes(Math.min(...visible)));
        assert.ok(drawn.includes(Math.max(...visible)));
      },
    ),
  );
});

test('a gap breaks the line', () => {
  const pyramid = new MinMaxPyramid();
  pyramid.update(Float32Array.from([1, 2, NaN, NaN, 3]), 0);
  const into = new Points();
  collectPoints(
    { pyramid, positions: new EvenPositions({ length: 5, stepsPerUnit: 1 }) },
    { range: { min: 0, max: 6 }, buckets: 100, into },
  );
  assert.deepEqual([...into.ys.subarray(0, into.count)], [1, 2, NaN, 3]);
  assert.deepEqual([...into.xs.subarray(0, into.count)], [1, 2, 3, 5]);
});

test('positions and the search among them agree', () => {
  fc.assert(
    fc.property(curve, fc.double({ min: -5, max: 3000, noNaN: true }), ({ positions }, x) => {
      const all = Array.from({ length: positions.length }, (_, index) => positions.at(index));
      const expected = all.findIndex((at) => at >= x);
      assert.equal(positions.firstFrom(x), expected < 0 ? positions.length : expected);
      const distance = Math.min(...all.map((at) => Math.abs(at - x)));
      assert.equal(Math.abs(positions.at(nearest(positions, x)) - x), distance);
    }),
  );
});

test('time that is missing or goes back stands still', () => {
  const positions = new TimePositions();
  positions.update(Float32Array.from([1, NaN, 0.5, 2]), 0);
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => positions.at(index)),
    [1, 1, 1, 2],
  );
  positions.update(Float32Array.from([1, NaN, 7]), 2);
  assert.deepEqual([positions.length, positions.at(1), positions.at(2)], [3, 1, 7]);
});
