import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../src/core/json.js';

describe('canonical JSON', () => {
  it('spells the example of RFC 8785, section 3.2.3, in its order of keys', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    assert.deepEqual(
      [...canonicalJson(value).matchAll(/:(\d)/g)].map(([, digit]) => Number(digit)),
      [2, 4, 6, 7, 1, 5, 3],
    );
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        assert.deepEqual(JSON.parse(canonicalJson(plain)), plain);
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonicalJson(turned), canonicalJson(value));
      }),
    );
  });

  it('keeps the order of lists and tells 1 from "1" and null from nothing', () => {
    const texts = [[1, 2], [2, 1], ['1', 2], [null], [], {}, { a: null }, '', 0, false, null].map(canonicalJson);
    assert.equal(new Set(texts).size, texts.length);
  });

  it('leaves out keys without a value', () => {
    assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  });

  it('refuses what JSON cannot hold', () => {
    for (const value of [NaN, Infinity, 1n, () => 1, Symbol('s'), [undefined]]) {
      assert.throws(() => canonicalJson(value), TypeError);
    }
  });
});
