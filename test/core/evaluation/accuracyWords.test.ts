import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accuracyWords } from '../../../src/core/evaluation/accuracyWords.js';

describe('an accuracy in words', () => {
  it('has the balanced one beside it where that says something else', () => {
    assert.equal(accuracyWords({ accuracy: 0.95, balancedAccuracy: 0.5 }), '95.00 %, balanced 50.00 %');
    assert.equal(accuracyWords({ accuracy: 0.9812, balancedAccuracy: 0.9809 }), '98.12 %');
    assert.equal(accuracyWords({ accuracy: 0.9812 }), '98.12 %', 'of older logs');
  });
});
