import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ensembleSoftLabels, logSoftLabels, logSoftmax, softmax } from '../../../src/core/losses/softmax.js';
import { assertNear } from '../near.js';

const logit = fc.double({ min: -50, max: 50, noNaN: true });
const row = fc.array(logit, { minLength: 1, maxLength: 12 });
const temperature = fc.double({ min: 0.1, max: 1000, noNaN: true });

function entropyOf(probabilities: Float64Array): number {
  return -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
}

describe('softmax', () => {
  it('gives probabilities that sum to 1, in the order of the logits', () => {
    fc.assert(
      fc.property(row, temperature, (logits, temperature) => {
        const p = softmax({ logits, classes: logits.length, temperature });
        assert.ok(p.every((value) => value >= 0 && value <= 1));
        assert.ok(Math.abs(p.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
        for (let i = 1; i < p.length; i++) {
          if ((logits[i] ?? NaN) > (logits[i - 1] ?? NaN)) assert.ok((p[i] ?? NaN) >= (p[i - 1] ?? NaN));
        }
      }),
    );
  });

  it('does not change when a number is added to all logits', () => {
    fc.assert(
      fc.property(row, logit, (logits, shift) => {
        const classes = logits.length;
        const shifted = softmax({ logits: logits.map((z) => z + shift), classes });
        assertNear(shifted, softmax({ logits, classes }), { tolerance: 1e-12, what: 'softmax' });
      }),
    );
  });

  it('gets softer as the temperature rises', () => {
    fc.assert(
      fc.property(row, temperature, temperature, (logits, a, b) => {
        const classes = logits.length;
        const cooler = entropyOf(softmax({ logits, classes, temperature: Math.min(a, b) }));
        const warmer = entropyOf(softmax({ logits, classes, temperature: Math.max(a, b) }));
        assert.ok(warmer >= cooler - 1e-12, `entropy ${cooler}, then ${warmer}`);
      }),
    );
  });

  it('keeps rows apart, and writes where it is told, be it over the logits', () => {
    const logits = Float64Array.of(0, Math.log(3), 5, 5);
    const out = new Float64Array(4);
    assert.equal(softmax({ logits, classes: 2, out }), out);
    assertNear(out, [0.25, 0.75, 0.5, 0.5], { tolerance: 1e-15, what: 'softmax' });
    softmax({ logits, classes: 2, out: logits });
    assertNear(logits, out, { tolerance: 0, what: 'in place' });
  });

  it('does not overflow', () => {
    const p = softmax({ logits: [1e4, -1e4, 1e4], classes: 3, temperature: 0.01 });
    assertNear(p, [0.5, 0, 0.5], { tolerance: 0, what: 'softmax' });
  });

  it('refuses a length that is no whole number of rows, and a temperature that is not above 0', () => {
    assert.throws(() => softmax({ logits: [1, 2, 3], classes: 2 }), RangeError);
    assert.throws(() => softmax({ logits: [], classes: 2 }), RangeError);
    assert.throws(() => softmax({ logits: [1], classes: 0 }), RangeError);
    assert.throws(() => softmax({ logits: [1, 2], classes: 2, out: new Float64Array(1) }), RangeError);
    assert.throws(() => softmax({ logits: [1, 2], classes: 2, temperature: 0 }), RangeError);
  });
});

describe('logSoftmax', () => {
  it('is the logarithm of softmax, and finite where that is 0', () => {
    fc.assert(
      fc.property(row, temperature, (logits, temperature) => {
        const classes = logits.length;
        const log = logSoftmax({ logits, classes, temperature });
        assert.ok(log.every(Number.isFinite));
        assertNear(log.map(Math.exp), softmax({ logits, classes, temperature }), { tolerance: 1e-12, what: 'exp' });
      }),
    );
    assertNear(logSoftmax({ logits: [1e4, -1e4], classes: 2 }), [0, -2e4], { tolerance: 0, what: 'log softmax' });
  });
});

describe('ensembleSoftLabels', () => {
  const confident = [Math.log(9), 0];
  const undecided = [0, 0];

  it('averages probabilities, or logits', () => {
    const teachers = [confident, undecided];
    const probabilities = ensembleSoftLabels({ teachers, classes: 2, ensemble: 'probabilities' });
    assertNear(probabilities, [0.7, 0.3], { tolerance: 1e-15, what: 'mean of 0.9 and 0.5' });
    const logits = ensembleSoftLabels({ teachers, classes: 2, ensemble: 'logits' });
    assertNear(logits, [0.75, 0.25], { tolerance: 1e-15, what: 'odds of 3, the root of 9 times 1' });
  });

  it('is the teacher itself where there is one, or several alike', () => {
    fc.assert(
      fc.property(row, temperature, fc.constantFrom('probabilities', 'logits'), (logits, temperature, ensemble) => {
        const classes = logits.length;
        const alone = softmax({ logits, classes, temperature });
        for (const teachers of [[logits], [logits, logits, logits]]) {
          const together = ensembleSoftLabels({ teachers, classes, temperature, ensemble });
          assertNear(together, alone, { tolerance: 1e-12, what: 'soft labels' });
        }
      }),
    );
  });

  it('has finite logarithms where every probability underflows', () => {
    const teachers = [
      [1e4, -1e4],
      [1e4, 0],
    ];
    const log = logSoftLabels({ teachers, classes: 2 });
    assertNear(log, [0, -1e4 - Math.log(2)], { tolerance: 1e-12, what: 'log soft labels' });
  });
});
