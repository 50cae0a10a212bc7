import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlannedRun } from '../../../src/core/spec/plan.js';
import { trainSchema, type RunSpec } from '../../../src/core/spec/spec.js';
import { planNotes } from '../../../src/host/experimentFile/planNotes.js';
import { sampleSpec } from '../../run/sample.js';
import { listedRun } from '../tree/listedRuns.js';

const file = '/w/mnist.distill.json';
const trainedFor = (epochs: number, kind = 'constant'): RunSpec =>
  sampleSpec({ train: trainSchema.parse({ epochs, batchSize: 10, schedule: { kind } }) });

const planned = (spec: RunSpec, specHash = 'f'.repeat(64)): PlannedRun => ({
  key: 'student t20 a0.9 s0',
  spec,
  specHash,
  teachers: [],
  baseline: null,
});

describe('the plan over an experiment’s keys says of a run whose epochs grew', () => {
  it('from which one it goes on: the one that got furthest and not too far', () => {
    const runs = [
      listedRun('a', { record: { spec: trainedFor(2) }, summary: { epoch: 2 } }),
      listedRun('b', { record: { spec: trainedFor(20) }, summary: { epoch: 5, state: 'stopped' } }),
      listedRun('c', { record: { spec: trainedFor(30) }, summary: { epoch: 30 } }),
      listedRun('d', { record: { spec: trainedFor(9) }, summary: { epoch: 6, state: 'failed' } }),
    ];
    assert.deepEqual(planNotes([planned(trainedFor(8))], { runs, file }), [
      'student t20 a0.9 s0 goes on from b, after 5 of 8 epochs.',
    ]);
  });

  it('why it trains anew, and the line that begins from the weights', () => {
    const runs = [listedRun('a', { record: { spec: trainedFor(2, 'cosine') }, summary: { epoch: 2 } })];
    const [note] = planNotes([planned(trainedFor(8, 'cosine'))], { runs, file });
    assert.match(note ?? '', /trains anew .* a with its 2 epochs: the cosine schedule depends/);
    assert.match(note ?? '', /into "student": "weights": "\.distillery\/runs\/a\/checkpoint\.safetensors"$/);
  });

  it('nothing where it is there already, or nothing of it is', () => {
    const same = listedRun('a', { record: { spec: trainedFor(2) }, summary: { epoch: 2 } });
    const plan = [planned(trainedFor(8), same.record.specHash)];
    assert.deepEqual(planNotes(plan, { runs: [same], file }), []);
    assert.deepEqual(planNotes([planned(trainedFor(8))], { runs: [], file }), []);
  });
});
