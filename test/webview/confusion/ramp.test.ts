import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { level, magnitudeAt, rampOf, toneOf } from '../../../webview/confusion/matrix/ramp.js';

const measures = fc.constantFrom('count' as const, 'share' as const);

describe('ramp', () => {
  it('grows with the value, from nothing to the most, and is read backwards by the legend', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(0.01), max: 1e6, noNaN: true }), measures, (most, measure) => {
        const ramp = { measure, most, dimDiagonal: true };
        assert.equal(level(ramp, 0), 0);
        assert.equal(level(ramp, most), 1);
        assert.equal(level(ramp, -most), 1);
        for (const at of [0.25, 0.5, 0.75]) {
          const value = magnitudeAt(ramp, at);
          assert.ok(Math.abs(level(ramp, value) - at) < 1e-9);
        }
      }),
    );
  });

  it('shows one error beside a thousand right answers', () => {
    const ramp = rampOf([Float64Array.of(1000, 1, 0, 1000)], { classes: 2, measure: 'count', dimDiagonal: false });
    assert.ok(level(ramp, 1) >= 0.1);
  });

  it('spends nothing on a dimmed diagonal', () => {
    const ramp = rampOf([Float64Array.of(1000, 4, 0, 1000)], { classes: 2, measure: 'count', dimDiagonal: true });
    assert.equal(ramp.most, 4);
    const tone = toneOf(ramp, { side: 'first', cell: { truth: 0, answer: 0 }, value: 1000 });
    assert.deepEqual(tone, { kind: 'dimmed' });
  });

  it('has no colour where nothing is, or nothing is known', () => {
    const cell = { truth: 0, answer: 1 };
    const empty = rampOf([new Float64Array(4)], { classes: 2, measure: 'count', dimDiagonal: true });
    assert.deepEqual(toneOf(empty, { side: 'first', cell, value: 0 }), { kind: 'none' });
    assert.deepEqual(toneOf({ ...empty, most: 3 }, { side: 'first', cell, value: NaN }), { kind: 'none' });
  });

  it('colours a difference by whether it is for the better', () => {
    const ramp = { measure: 'count', most: 3, dimDiagonal: false } as const;
    const kind = (truth: number, answer: number, value: number): string =>
      toneOf(ramp, { side: 'difference', cell: { truth, answer }, value }).kind;
    assert.equal(kind(0, 1, -2), 'better');
    assert.equal(kind(0, 1, 2), 'worse');
    assert.equal(kind(0, 0, 2), 'better');
    assert.equal(kind(0, 0, -2), 'worse');
  });
});
