import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Curves } from '../../webview/curveData.js';

/** Protects everything that is computed from curves piece by piece: whoever looks seldom must not miss a change. */
test('says from where on a column changed since any version, however many deltas came in between', () => {
  const delta = fc.record({ back: fc.integer({ min: 0, max: 30 }), count: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(delta, { minLength: 1, maxLength: 400 }), fc.nat({ max: 400 }), (deltas, seen) => {
      const curves = new Curves();
      let before = curves.column('loss')?.slice() ?? new Float32Array(0);
      let value = 0;
      for (const [number, { back, count }] of deltas.entries()) {
        const from = Math.max(0, curves.length - back);
        const loss = Float32Array.from({ length: count }, () => ++value);
        curves.apply({ from, count, columns: { loss }, seconds: loss, loggedAt: number });
        if (number + 1 === seen) before = curves.column('loss')?.slice() ?? before;
      }
      const first = curves.firstChangeSince(seen);
      const now = curves.column('loss') ?? new Float32Array(0);
      if (seen > deltas.length) {
        assert.equal(first, curves.length);
        return;
      }
      assert.deepEqual(now.slice(0, first), before.slice(0, first));
    }),
  );
});

test('nothing changed since now', () => {
  const curves = new Curves();
  curves.apply({ from: 0, count: 2, columns: {}, seconds: new Float32Array(2), loggedAt: 1 });
  assert.equal(curves.firstChangeSince(curves.version), 2);
  assert.equal(curves.firstChangeSince(0), 0);
});
