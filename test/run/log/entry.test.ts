import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemSchema } from '../../../src/run/log/entry.js';

describe('a problem in a log', () => {
  it('is read as older builds wrote it, whose word for what to do was another', () => {
    const older = { code: 'disk-full', message: 'The disk is full.', mend: 'Free some space.', place: { file: 'a' } };
    const { mend: fix, ...others } = older;
    assert.deepEqual(problemSchema.parse(older), { ...others, fix });
  });

  it('keeps the word of today where both are there', () => {
    const both = { code: 'x', message: 'y', mend: 'old', fix: 'new' };
    assert.equal(problemSchema.parse(both).fix, 'new');
  });

  it('needs neither', () => {
    assert.deepEqual(problemSchema.parse({ code: 'x', message: 'y' }), { code: 'x', message: 'y' });
  });
});
