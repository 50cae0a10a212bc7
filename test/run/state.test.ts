import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Problem } from '../../src/core/problem.js';
import type { Entry } from '../../src/run/log/entry.js';
import { advance, initialState, settle, type RunState } from '../../src/run/state.js';
import { epochEntry, metrics, sampleRecord, startedEntry, stepsEntry } from './sample.js';

const fold = (...entries: Entry[]): RunState => entries.reduce(advance, initialState(sampleRecord()));

describe('RunState', () => {
  it('waits until a trainer has begun', () => {
    const state = fold();
    assert.deepEqual([state.state, state.epoch, state.epochs, state.steps], ['waiting', 0, 3, null]);
  });

  it('knows steps, epochs, metrics and progress of a run that goes on', () => {
    const loading = fold(startedEntry(), { type: 'progress', time: 2_000, what: 'dataset', done: 1, total: 4 });
    assert.deepEqual(loading.progress, { what: 'dataset', done: 1, total: 4 });
    const state = [
      stepsEntry(1, 100, { distillationLoss: 5, studentLoss: [2, 3] }),
      epochEntry(1),
      stepsEntry(101, 50),
    ].reduce<RunState>(advance, loading);
    assert.deepEqual(
      [state.state, state.step, state.steps, state.epoch, state.progress],
      ['running', 150, 300, 1, null],
    );
    assert.deepEqual([state.latest?.loss, state.latest?.learningRate], [1 / 150, 0.1]);
    assert.equal(state.test?.errors, 39);
    assert.deepEqual(state.history, [epochEntry(1)]);
  });

  it('takes of each column its last value, and keeps none of a loss that is not logged any more', () => {
    const first = fold(startedEntry(), stepsEntry(1, 2, { distillationLoss: 5, studentLoss: [2, 3] }));
    assert.deepEqual([first.latest?.distillationLoss, first.latest?.studentLoss], [5, 3]);
    const second = advance(first, stepsEntry(3, 1));
    assert.equal(second.latest !== null && 'distillationLoss' in second.latest, false);
  });

  it('tells the time left by the pace since the first steps, evaluations included', () => {
    const state = fold(
      startedEntry({ time: 0 }),
      stepsEntry(1, 100, { time: 60_000 }),
      epochEntry(1, { time: 70_000 }),
      stepsEntry(101, 100, { time: 80_000 }),
    );
    assert.equal(state.secondsLeft, 20);
    assert.equal(fold(startedEntry(), stepsEntry(1, 100)).secondsLeft, null);
    assert.equal(advance(state, { type: 'stopped', time: 81_000, step: 200, seconds: 81 }).secondsLeft, null);
  });

  it('takes a clock that was set for no work, and goes on with the pace that it had', () => {
    const year2100 = Date.UTC(2100, 0, 1);
    const before = fold(startedEntry({ time: 0 }), stepsEntry(1, 50, { time: 10_000 }));
    const ahead = advance(before, { type: 'alive', time: year2100 });
    assert.deepEqual([ahead.seconds, ahead.lastTime, ahead.newestTime], [10, year2100, year2100]);
    const faster = advance(ahead, stepsEntry(51, 50, { time: year2100 + 5_000 }));
    assert.deepEqual([faster.seconds, faster.secondsLeft], [15, 20]);
    const back = advance(faster, stepsEntry(101, 50, { time: 20_000 }));
    const after = advance(back, stepsEntry(151, 50, { time: 25_000 }));
    assert.deepEqual([after.seconds, after.secondsLeft], [20, 100 / 15]);
    assert.deepEqual([after.lastTime, after.newestTime], [25_000, year2100 + 5_000]);
  });

  it('counts the seconds of all its processes and not the time between them', () => {
    const state = fold(
      startedEntry({ time: 0 }),
      stepsEntry(1, 50, { time: 10_000 }),
      startedEntry({ time: 500_000, resumedFrom: 0 }),
      stepsEntry(1, 50, { time: 507_000 }),
    );
    assert.equal(state.seconds, 17);
    assert.equal(advance(state, epochEntry(1, { time: 508_000, seconds: 18.5 })).seconds, 18.5);
  });

  it('drops what an earlier process did beyond the step that a later one resumed from', () => {
    const state = fold(
      startedEntry(),
      stepsEntry(1, 100),
      epochEntry(1),
      stepsEntry(101, 150),
      epochEntry(2),
      startedEntry({ resumedFrom: 120 }),
    );
    assert.deepEqual([state.state, state.step, state.epoch, state.test?.errors], ['running', 120, 1, 39]);
    assert.deepEqual(state.history, [epochEntry(1)]);
    const later = [stepsEntry(121, 80), epochEntry(2, { test: metrics(7) })].reduce<RunState>(advance, state);
    assert.deepEqual(
      later.history.map(({ epoch, test }) => [epoch, test.errors]),
      [
        [1, 39],
        [2, 7],
      ],
    );
  });

  it('lets the later of two entries of one epoch win, even when no resume is logged between them', () => {
    const state = fold(startedEntry(), epochEntry(1), epochEntry(2), epochEntry(1, { test: metrics(3) }));
    assert.deepEqual([state.history.length, state.test?.errors], [1, 3]);
  });

  it('keeps each warning once, of its present or last process', () => {
    const warning = { code: 'imbalanced', message: 'Most are of one class.', fix: 'Look at the balanced accuracy.' };
    const other = { code: 'constant', message: 'One class is answered.' };
    const warned = (problem: Problem): Entry => ({ type: 'warning', time: 2_000, problem });
    const state = fold(startedEntry(), warned(warning), warned(other), warned({ ...warning }));
    assert.deepEqual(state.warnings, [warning, other]);
    assert.equal(state.state, 'running');
    assert.deepEqual(advance(state, startedEntry({ time: 9_000 })).warnings, [], 'what still holds is said again');
  });

  it('ends as its last entry says, and runs again when it is resumed', () => {
    const finished = fold(startedEntry(), {
      type: 'finished',
      time: 5_000,
      step: 300,
      seconds: 4,
      test: metrics(1),
    });
    assert.deepEqual([finished.state, finished.step, finished.seconds, finished.test?.errors], ['finished', 300, 4, 1]);
    const stopped = fold(startedEntry(), { type: 'stopped', time: 5_000, step: 42, seconds: 4 });
    assert.deepEqual([stopped.state, stopped.step], ['stopped', 42]);
    const problem = { code: 'disk-full', message: 'full', fix: 'Free some space.', place: { file: 'x' } };
    const failed = fold(startedEntry(), { type: 'failed', time: 5_000, problem });
    assert.deepEqual([failed.state, failed.problem], ['failed', problem]);
    const again = advance(failed, startedEntry({ time: 9_000 }));
    assert.deepEqual([again.state, again.problem], ['running', null]);
  });

  it('is interrupted, never running, when its process is gone without a last entry', () => {
    const running = fold(startedEntry(), stepsEntry(1, 10));
    assert.equal(settle(running, { gone: false }), running);
    assert.equal(settle(running, { gone: true }).state, 'interrupted');
    const stopped = advance(running, { type: 'stopped', time: 5_000, step: 42, seconds: 4 });
    assert.equal(settle(stopped, { gone: true }).state, 'stopped');
  });

  it('does not change the state it is given', () => {
    const before = fold(startedEntry(), epochEntry(1));
    const copy = structuredClone(before);
    [stepsEntry(101, 5), epochEntry(2), startedEntry({ resumedFrom: 100 })].reduce<RunState>(advance, before);
    assert.deepEqual(before, copy);
  });

  it('keeps so many warnings and notes, and says that there are more', () => {
    let state = advance(initialState(sampleRecord()), startedEntry());
    for (let number = 0; number < 2000; number++) {
      const problem = { code: 'x', message: number.toString() };
      state = advance(advance(state, { type: 'warning', time: 1, problem }), { type: 'note', time: 1, text: 'a' });
    }
    assert.deepEqual([state.warnings.length, state.notes.length], [101, 1001]);
    assert.deepEqual(
      [state.warnings.at(-1)?.code, state.notes.at(-1)],
      ['more-warnings', 'There are more notes in its log.'],
    );
  });
});
