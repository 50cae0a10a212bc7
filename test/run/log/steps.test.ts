import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { StepColumns } from '../../../src/run/log/steps.js';
import { epochEntry, startedEntry, stepsEntry } from '../sample.js';

describe('StepColumns', () => {
  it('holds one value a step: a column by step, a single value for all, NaN where nothing was logged', () => {
    const columns = new StepColumns();
    columns.advance(startedEntry());
    columns.advance(stepsEntry(1, 3, { loss: [3, 2, 1], learningRate: 0.5 }));
    columns.advance(epochEntry(1));
    columns.advance(stepsEntry(4, 2, { loss: [0.5], distillationLoss: [7, 8], learningRate: [0.25, 0.125] }));
    assert.equal(columns.length, 5);
    assert.deepEqual([...columns.column('loss')], [3, 2, 1, 0.5, NaN]);
    assert.deepEqual([...columns.column('distillationLoss')], [NaN, NaN, NaN, 7, 8]);
    assert.deepEqual([...columns.column('learningRate')], [0.5, 0.5, 0.5, 0.25, 0.125]);
  });

  it('holds a card’s reading for the steps until the next, and none of an earlier process', () => {
    const columns = new StepColumns();
    columns.advance(startedEntry());
    columns.advance(stepsEntry(1, 1, { loss: 1 }));
    columns.advance({ type: 'device', time: 0, name: 'a card', utilization: 80, memoryUsed: 1e9 });
    columns.advance(stepsEntry(2, 2, { loss: 1 }));
    columns.advance({ type: 'device', time: 0, name: 'a card', utilization: 90 });
    columns.advance(stepsEntry(4, 1, { loss: 1 }));
    assert.deepEqual([...columns.column('gpuUtilization')], [NaN, 80, 80, 90]);
    assert.deepEqual([...columns.column('gpuMemory')], [NaN, 1e9, 1e9, NaN]);
    columns.advance(startedEntry({ resumedFrom: 4 }));
    columns.advance(stepsEntry(5, 1, { loss: 1 }));
    assert.ok(Number.isNaN(columns.column('gpuUtilization')[4]));
  });

  it('cuts at a resume, and steps that come again replace the earlier ones and all beyond', () => {
    const columns = new StepColumns();
    columns.advance(stepsEntry(1, 6, { loss: 1 }));
    columns.advance(startedEntry({ resumedFrom: 4 }));
    assert.equal(columns.length, 4);
    columns.advance(stepsEntry(3, 2, { loss: 2 }));
    assert.deepEqual([...columns.column('loss')], [1, 1, 2, 2]);
  });

  it('leaves a gap of NaN where a damaged line is missing', () => {
    const columns = new StepColumns();
    columns.advance(stepsEntry(1, 3, { loss: 9 }));
    columns.advance(startedEntry({ resumedFrom: 1 }));
    columns.advance(stepsEntry(4, 1, { loss: 2 }));
    assert.deepEqual([...columns.column('loss')], [9, NaN, NaN, 2]);
  });

  it('is what plain arrays would be, for any order of entries, whatever each logs', () => {
    const entry = fc.record({
      first: fc.integer({ min: 1, max: 3000 }),
      count: fc.nat(40),
      loss: fc.nat(99),
      distillationLoss: fc.option(fc.nat(99), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const columns = new StepColumns();
        const plain: Record<'loss' | 'distillationLoss', number[]> = { loss: [], distillationLoss: [] };
        for (const { first, count, loss, distillationLoss } of entries) {
          columns.advance(stepsEntry(first, count, { loss, distillationLoss }));
          const after = (before: readonly number[], value: number): number[] =>
            Array.from({ length: first + count - 1 }, (_, i) => (i < first - 1 ? (before[i] ?? NaN) : value));
          plain.loss = after(plain.loss, loss);
          plain.distillationLoss = after(plain.distillationLoss, distillationLoss ?? NaN);
        }
        assert.deepEqual([...columns.column('loss')], plain.loss);
        assert.deepEqual([...columns.column('distillationLoss')], plain.distillationLoss);
      }),
    );
  });

  it('keeps no step that is far beyond the last, and says so', () => {
    const columns = new StepColumns();
    columns.advance(stepsEntry(1, 2, { loss: 1 }));
    columns.advance(stepsEntry(1_000_000_000, 1, { loss: 1 }));
    assert.deepEqual([columns.length, columns.passedOver], [2, 1_000_000_000]);
    columns.advance(stepsEntry(3, 1, { loss: 1 }));
    assert.deepEqual([...columns.column('loss')], [1, 1, 1]);
    // A lost log leaves out what a run made in an hour, and its later steps are shown.
    columns.advance(stepsEntry(1_000_000, 1, { loss: 1 }));
    assert.equal(columns.length, 1_000_000);
    columns.advance(stepsEntry(1_900_000, 1, { loss: 1 }));
    assert.equal(columns.length, 1_000_000);
  });

  it('keeps so many values, however few bytes claim more', () => {
    const columns = new StepColumns();
    const entry = { loss: 1, studentLoss: 1, distillationLoss: 1 };
    for (let first = 1; first < 100_000_000; first += 65_536) columns.advance(stepsEntry(first, 65_536, { ...entry }));
    const kept = columns.length;
    assert.ok(kept > 5_000_000 && 5 * kept <= 2 ** 25, `${kept.toString()} steps of five metrics`);
    assert.equal(columns.passedOver, kept + 1);
  });

  it('takes a million steps', () => {
    const columns = new StepColumns();
    for (let first = 1; first <= 1_000_000; first += 100) columns.advance(stepsEntry(first, 100, { loss: first }));
    assert.equal(columns.column('loss')[999_999], 999_901);
  });
});
