import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../../src/core/spec/plan.js';
import { changedSettings } from '../../../src/core/spec/settingDefaults.js';
import type { RunSpec } from '../../../src/core/spec/spec.js';
import { sha256 } from '../../../src/node/files/hash.js';

/** The student of an experiment as it would be run. */
function studentOf(changes: { train?: object; distill?: object; data?: object }): RunSpec {
  const { train = {}, distill = {}, data = {} } = changes;
  const text = JSON.stringify({
    name: 'changed',
    data: { dataset: 'mnist', ...data },
    teacher: { model: { kind: 'mlp', hidden: [8] } },
    student: { model: { kind: 'mlp' }, train },
    distill: { loss: 'hinton', ...distill },
  });
  const { experiment, problems } = parseExperiment(text, { file: 'changed.distill.json' });
  assert.ok(experiment !== null, JSON.stringify(problems));
  const run = planRuns(experiment, { sha256 }).find(({ spec }) => spec.role === 'student');
  assert.ok(run !== undefined);
  return run.spec;
}

describe('changedSettings', () => {
  it('has nothing to say of an experiment that says only what it must', () => {
    assert.deepEqual(changedSettings(studentOf({})), []);
  });

  it('names what was set, with what it would be otherwise', () => {
    const spec = studentOf({
      train: { epochs: 3, maxNorm: 2 },
      distill: { temperature: 20 },
      data: { validation: 50 },
    });
    assert.deepEqual(changedSettings(spec), [
      { path: 'data.validation', otherwise: 0 },
      { path: 'train.epochs', otherwise: 10 },
      { path: 'train.maxNorm', otherwise: null },
      { path: 'distill.temperature', otherwise: 4 },
    ]);
  });

  it('compares the settings of another optimizer with its own defaults', () => {
    const spec = studentOf({ train: { optimizer: { kind: 'adam', learningRate: 0.01 } } });
    assert.deepEqual(changedSettings(spec), [
      { path: 'train.optimizer.kind', otherwise: 'sgd' },
      { path: 'train.optimizer.learningRate', otherwise: 0.001 },
    ]);
  });

  it('passes over what is set to its default', () => {
    assert.deepEqual(
      changedSettings(studentOf({ train: { epochs: 10 }, distill: { temperature: 4, alpha: 0.9 } })),
      [],
    );
  });
});
