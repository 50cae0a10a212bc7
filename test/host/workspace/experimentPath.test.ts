import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { experimentPath } from '../../../src/host/workspace/experimentPath.js';

describe('the path of a new experiment', () => {
  const path = (typed: string): string => experimentPath(`/w/${typed}`, { unnamed: 'mnist' });

  it('ends as experiments do, once, whatever was typed or added by a dialog', () => {
    const typed = ['a', 'a.json', 'a.distill', 'a.distill.json', 'a.distill.json.distill.json', 'a.json.distill.json'];
    for (const each of [...typed, 'a.jsonc', 'a.DISTILL.JSON', 'a.distill.json.json']) {
      assert.equal(path(each), '/w/a.distill.json', each);
    }
  });

  it('keeps what else has a dot, and the folder', () => {
    assert.equal(path('resnet.v1.5'), '/w/resnet.v1.5.distill.json');
    assert.equal(path('runs.json/b'), '/w/runs.json/b.distill.json');
  });

  it('has the name of the template where only the ending was typed', () => {
    assert.equal(path('.distill.json'), '/w/mnist.distill.json');
  });
});
