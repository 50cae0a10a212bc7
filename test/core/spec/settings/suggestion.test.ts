import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from '../../../../src/core/spec/settings/suggestion.js';

/** The definition, read off recursively. */
function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  const ways = [
    byDefinition(restA, b) + 1,
    byDefinition(a, restB) + 1,
    byDefinition(restA, restB) + (a[0] === b[0] ? 0 : 1),
  ];
  const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  return Math.min(...ways, swapped ? byDefinition(a.slice(2), b.slice(2)) + 1 : Infinity);
}

describe('edit distance', () => {
  it('is what its definition says', () => {
    const word = fc.string({ maxLength: 5, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(fc.property(word, word, (a, b) => assert.equal(editDistance(a, b), byDefinition(a, b))));
  });

  it('counts as the literature does', () => {
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('CA', 'AC'), 1);
    assert.equal(editDistance('CA', 'ABC'), 3);
    assert.equal(editDistance('', 'abc'), 3);
  });
});

describe('the nearest word', () => {
  const known = ['temperature', 'alpha', 'loss', 'ensemble'];

  it('is found through slips of the hand', () => {
    for (const word of ['temprature', 'temperatrue', 'Temperature', 'temperture']) {
      assert.equal(nearest(word, known), 'temperature');
    }
    assert.equal(nearest('alhpa', known), 'alpha');
    assert.equal(nearest('los', known), 'loss');
  });

  it('is the nearer of two', () => {
    assert.equal(nearest('mlps', ['mlp', 'mlpx']), 'mlp');
    assert.equal(nearest('mlpx', ['mlp', 'mlpx']), 'mlpx');
  });

  it('is none where nothing is near, however long the word', () => {
    assert.equal(nearest('optimizer', known), null);
    assert.equal(nearest('a'.repeat(1e6), known), null);
    assert.equal(nearest('x', []), null);
  });
});
