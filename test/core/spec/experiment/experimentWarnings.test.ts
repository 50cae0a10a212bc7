import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem } from '../../../../src/core/problem.js';
import { parseExperiment } from '../../../../src/core/spec/experiment/experimentFile.js';

const pair = { images: 'pictures', labels: 'labels' };
const mlp = { model: { kind: 'mlp', hidden: [8] } };

/** Where warnings of an experiment stand. */
function warned({
  data = { dataset: 'idx', train: pair, test: pair, classes: ['no', 'yes'] },
  ...rest
}: {
  data?: object;
  distill?: object;
  sweep?: object;
}): (string | undefined)[] {
  const text = JSON.stringify({ name: 'a', data, teacher: mlp, student: mlp, ...rest });
  const { experiment, problems, warnings } = parseExperiment(text);
  assert.deepEqual(problems, []);
  assert.ok(experiment !== null, 'a warning is no problem');
  for (const { range } of warnings) assert.match(text.slice(range.offset, range.offset + range.length), /true|dkd/);
  return warnings.map(({ place }) => place.path);
}

describe('warnings of an experiment file', () => {
  it('tell of standardized logits where the file says that there are two classes, at their place', () => {
    const standardized = { distill: { standardize: true } };
    assert.deepEqual(warned(standardized), ['distill.standardize']);
    assert.deepEqual(warned({ distill: { standardize: false } }), []);
    assert.deepEqual(warned({ distill: { loss: 'dist' } }), []);
    const three = { dataset: 'idx', train: pair, test: pair, classes: ['a', 'b', 'c'] };
    // Of the others the classes are known once they are read, or are more than two.
    for (const data of [
      three,
      { dataset: 'idx', train: pair, test: pair },
      { dataset: 'mnist' },
      { dataset: 'cifar100' },
      { dataset: 'images', folder: 'pictures' },
    ])
      assert.deepEqual(warned({ data, ...standardized }), []);
  });

  it('tell that dkd has no other classes to speak of, unless it is known', () => {
    assert.deepEqual(warned({ distill: { loss: 'dkd' } }), ['distill.loss']);
    assert.deepEqual(warned({ distill: { loss: 'dkd', nonTarget: 0 } }), []);
    assert.deepEqual(warned({ distill: { loss: 'dkd', standardize: true } }), ['distill.loss', 'distill.standardize']);
    assert.deepEqual(warned({ sweep: { 'distill.loss': ['hinton', 'dkd'] } }), ['sweep["distill.loss"][1]']);
  });

  it('stand at the value of the sweep that asks for it, once', () => {
    assert.deepEqual(warned({ sweep: { 'distill.standardize': [false, true], 'distill.temperature': [1, 2, 4] } }), [
      'sweep["distill.standardize"][1]',
    ]);
    assert.deepEqual(warned({ distill: { standardize: true }, sweep: { 'distill.temperature': [1, 2] } }), [
      'distill.standardize',
    ]);
  });

  it('say why, and what to do', () => {
    const data = { dataset: 'idx', train: pair, test: pair, classes: ['no', 'yes'] };
    const text = JSON.stringify({ name: 'a', data, teacher: mlp, student: mlp, distill: { standardize: true } });
    assert.deepEqual(parseExperiment(text, { file: 'a.distill.json' }).warnings.map(formatProblem), [
      `a.distill.json:1:${text.indexOf('true') + 1} distill.standardize: Of two classes, standardized logits are +0.71 and −0.71 whatever the network says: the distillation loss has no gradient but rounding errors.\n` +
        '  Leave `standardize` out: as it is, the student learns from the hard labels alone.',
    ]);
  });
});
