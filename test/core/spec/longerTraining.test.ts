import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundToLength, differsInEpochsAlone } from '../../../src/core/spec/longerTraining.js';
import { distillSchema, trainSchema, type RunSpec } from '../../../src/core/spec/spec.js';
import { sampleSpec } from '../../run/sample.js';

const trainedFor = (epochs: number, more: object = {}): RunSpec =>
  sampleSpec({ train: trainSchema.parse({ batchSize: 10, ...more, epochs }) });

describe('a training that is longer than another', () => {
  it('is the same so far where nothing in it looks at the end', () => {
    const warm = { kind: 'step', milestones: [2, 5], warmup: 1 };
    const distill = distillSchema.parse({ loss: 'hinton', warmup: 2 });
    assert.deepEqual(boundToLength(trainedFor(3)), []);
    assert.deepEqual(boundToLength({ ...trainedFor(3, { schedule: warm }), distill }), []);
  });

  it('is another where the learning rate or the temperature is led to the end', () => {
    const distill = distillSchema.parse({ loss: 'hinton', temperatureEnd: 1 });
    const spec = { ...trainedFor(3, { schedule: { kind: 'cosine' } }), distill };
    assert.deepEqual(boundToLength(spec), ['the cosine schedule', '`temperatureEnd`']);
  });

  it('differs in its epochs and in nothing else that counts', () => {
    assert.ok(differsInEpochsAlone(trainedFor(5), { ...trainedFor(3), name: 'called otherwise' }));
    assert.ok(!differsInEpochsAlone(trainedFor(5), trainedFor(5)), 'not even in those');
    assert.ok(!differsInEpochsAlone(trainedFor(5), trainedFor(3, { batchSize: 20 })));
    assert.ok(!differsInEpochsAlone(trainedFor(5), { ...trainedFor(3), seed: 1 }));
    assert.ok(!differsInEpochsAlone(trainedFor(5), { ...trainedFor(3), teachers: ['another'] }));
    const still = { trainable: 'none' } as const;
    assert.ok(!differsInEpochsAlone({ ...trainedFor(5), ...still }, { ...trainedFor(3), ...still }), 'trains nothing');
  });
});
