import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keptEpochs, keptLogitsSchema, mostKept } from '../../../../src/core/spec/parts/keepSpec.js';

describe('keptEpochs', () => {
  it('keeps all while there is room, then first, last, best and every second, fourth, … between', () => {
    const kept = (last: number, best: number | null = null, most = 6) => keptEpochs({ last, best, most }).join(' ');
    assert.equal(kept(6), '1 2 3 4 5 6');
    assert.equal(kept(7), '1 3 5 7');
    assert.equal(kept(10), '1 3 5 7 9 10');
    assert.equal(kept(12), '1 5 9 12');
    assert.equal(kept(100), '1 33 65 97 100');
    assert.equal(kept(100, 40), '1 33 40 65 97 100');
    assert.equal(kept(100, null, Infinity).split(' ').length, 100);
  });

  it('keeps first, last and best also where there is room for none', () => {
    assert.deepEqual(keptEpochs({ last: 50, best: 7, most: 0 }), [1, 7, 50]);
    assert.deepEqual(keptEpochs({ last: 1, best: 1, most: 0 }), [1]);
  });

  it('takes at no epoch what a later one keeps, stays within its number, and is even', () => {
    const accuracies = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(accuracies, fc.integer({ min: 3, max: 20 }), fc.boolean(), (values, most, hasValidation) => {
        let there: number[] = [];
        let best: number | null = null;
        for (const [index, value] of values.entries()) {
          const last = index + 1;
          if (hasValidation && (best === null || value > (values[best - 1] ?? NaN))) best = last;
          const kept = keptEpochs({ last, best, most });
          for (const epoch of kept) assert.ok(epoch === last || there.includes(epoch), `${epoch} after ${last}`);
          assert.ok(kept.length <= most);
          assert.ok(kept.includes(1) && kept.includes(last) && (best === null || kept.includes(best)));
          const even = kept.filter((epoch) => epoch !== last && epoch !== best);
          const gaps = even.slice(1).map((epoch, at) => epoch - (even[at] ?? NaN));
          const stride = Math.min(...gaps);
          // The best may be one of the even ones.
          assert.ok(
            gaps.every((gap) => gap === stride || gap === 2 * stride),
            `${even.join()} after ${last}`,
          );
          there = kept;
        }
      }),
    );
  });
});

describe('what stays of the logits', () => {
  it('is a size, a number of epochs, or all', () => {
    for (const good of ['64 MB', '1.5 GB', '900kB', 3, 100, 'all']) assert.ok(keptLogitsSchema.safeParse(good).success);
    for (const wrong of ['64', '64 MiB', '-1 MB', 2, 3.5, 'none', '', null]) {
      assert.ok(!keptLogitsSchema.safeParse(wrong).success, String(wrong));
    }
  });

  it('is of 10,000 answers with 1,000 classes six epochs in 256 MB', () => {
    const bytesPerEpoch = 10_000 * 1_001 * 4;
    assert.equal(mostKept('256 MB', { bytesPerEpoch }), 6);
    assert.equal(mostKept('1 GB', { bytesPerEpoch }), 24);
    assert.equal(mostKept(12, { bytesPerEpoch }), 12);
    assert.equal(mostKept('all', { bytesPerEpoch }), Infinity);
  });
});
