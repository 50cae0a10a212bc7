import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../../src/core/spec/experiment/experimentFile.js';

/** What is said of the data of an experiment on pictures. */
function diagnosticsOf(data: object): string[] {
  const model = { model: { kind: 'mlp' } };
  const text = JSON.stringify({
    name: 'a',
    data: { dataset: 'images', folder: 'p', ...data },
    teacher: model,
    student: model,
  });
  return parseExperiment(text).problems.map(({ place, message }) => `${place.path ?? ''}: ${message}`);
}

describe('the split of a folder of pictures', () => {
  it('may be a share or shares, and folders may be named', () => {
    for (const data of [
      { split: 0.2 },
      { split: { test: 0.2, validation: 0.1, seed: 3 } },
      { split: { validation: 0.1 }, test: 'held' },
      { train: 'fit', test: 'val', validation: 'late' },
      { validation: 100, damaged: 'skip', limit: { validation: 5 } },
    ]) {
      assert.deepEqual(diagnosticsOf(data), [], JSON.stringify(data));
    }
  });

  it('leaves something to train on, and is not contradicted by another setting', () => {
    assert.deepEqual(diagnosticsOf({ split: { test: 0.7, validation: 0.3 } }), [
      'data.split: The shares are 1 together, which leaves nothing to train on.',
    ]);
    assert.deepEqual(diagnosticsOf({ split: {} }), ['data.split: It says neither `test` nor `validation`.']);
    assert.deepEqual(diagnosticsOf({ split: 0.2, test: 'held' }), [
      'data.split: `split` draws the test pictures, and `test` names a folder of them.',
    ]);
    assert.match(diagnosticsOf({ split: { validation: 0.1 }, validation: 10 }).join(), /`validation` says where/);
    assert.match(diagnosticsOf({ split: 1 }).join(), /^data\.split: 1 is not below 1/);
    assert.match(diagnosticsOf({ damaged: 'ignore' }).join(), /"ignore" is not known: expected "error" or "skip"/);
  });
});
