import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { xTicks, yTicks } from '../../../../webview/curves/chart/ticks.js';

const labels = (ticks: { label: string }[]): string[] => ticks.map(({ label }) => label);

test('marks are round, inside, in order, and not too many', () => {
  const range = fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
    .map(([min, width]) => ({ min, max: min + width }));
  fc.assert(
    fc.property(range, fc.integer({ min: 2, max: 20 }), (range, most) => {
      const ticks = yTicks('linear', range, most);
      assert.ok(ticks.length >= 1 || most < 4, JSON.stringify(range));
      assert.ok(ticks.length <= most + 1);
      const slack = 1e-6 * Math.max(1, Math.abs(range.min), Math.abs(range.max));
      for (const { at } of ticks) assert.ok(at >= range.min - slack && at <= range.max + slack);
      assert.equal(new Set(ticks.map(({ at }) => at)).size, ticks.length);
    }),
  );
});

test('steps are whole, times are those of a clock', () => {
  assert.deepEqual(labels(xTicks('step', { min: 0, max: 3 }, 12)), ['0', '1', '2', '3']);
  assert.deepEqual(labels(xTicks('step', { min: 0, max: 1_000_000 }, 5)), ['0', '200k', '400k', '600k', '800k', '1M']);
  assert.deepEqual(labels(xTicks('time', { min: 0, max: 95 }, 4)), ['0:00', '0:30', '1:00', '1:30']);
  assert.deepEqual(labels(xTicks('time', { min: 0, max: 1 }, 4)), ['0.0 s', '0.5 s', '1.0 s']);
  assert.deepEqual(labels(xTicks('epoch', { min: 0, max: 2 }, 5)), ['0', '0.5', '1.0', '1.5', '2.0']);
});

test('a logarithmic axis has its powers of ten, and more within a few of them', () => {
  assert.deepEqual(labels(yTicks('log', { min: -3, max: 1 }, 5)), ['0.001', '0.01', '0.1', '1', '10']);
  assert.deepEqual(labels(yTicks('log', { min: -1, max: 0 }, 6)), ['0.1', '0.2', '0.5', '1']);
  assert.deepEqual(labels(yTicks('log', { min: -8, max: 0 }, 4)), ['1e-8', '1e-6', '0.0001', '0.01', '1']);
  const near = yTicks('log', { min: Math.log10(0.31), max: Math.log10(0.42) }, 5);
  assert.deepEqual(labels(near), ['0.35', '0.40']);
});

test('a negative number has a minus, and zero is 0', () => {
  assert.deepEqual(labels(yTicks('linear', { min: -2, max: 2 }, 4)), ['−2', '−1', '0', '1', '2']);
});
