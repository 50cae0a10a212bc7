import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WarningLines } from '../../src/cli/warningLines.js';
import type { QueueEvent } from '../../src/launch/queueEvent.js';
import type { Entry } from '../../src/run/log/entry.js';
import { runFolder } from '../../src/run/folder.js';
import { advance, initialState } from '../../src/run/state.js';
import { sampleRecord, startedEntry } from '../run/sample.js';

const record = sampleRecord();
const problem = { code: 'imbalanced', message: 'Most are of one class.', fix: 'Look at the balanced accuracy.' };
const entry = { type: 'warning', time: 2_000, problem } as const;

function event(key: string, kind: 'entry' | 'reused' | 'resumed', brought: Entry = entry): QueueEvent {
  const run = { key, spec: record.spec, specHash: record.specHash, teachers: [], baseline: null };
  const state = [startedEntry(), entry].reduce(advance, initialState(record));
  const placed = { run, folder: runFolder('/runs/sample'), record, state };
  return kind === 'entry' ? { kind, entry: brought, ...placed } : { kind, ...placed };
}

const line = (key: string): string => `${key}: warning: Most are of one class.\n  Look at the balanced accuracy.`;

describe('warnings on the terminal', () => {
  it('are told once, though several runs give the same', () => {
    const lines = new WarningLines();
    assert.deepEqual(lines.linesOf(event('baseline s0', 'entry')), [line('baseline s0')]);
    assert.deepEqual(lines.linesOf(event('student s0', 'entry')), []);
  });

  it('are told of runs that were finished before', () => {
    assert.deepEqual(new WarningLines().linesOf(event('teacher s0', 'reused')), [line('teacher s0')]);
  });

  it('are not told of an earlier process, for they may have been fixed', () => {
    assert.deepEqual(new WarningLines().linesOf(event('student s0', 'resumed')), []);
  });

  it('say what came of a file of weights, once though several runs began from it', () => {
    const weights = { file: 'net.safetensors', loaded: 2, skipped: [], resized: [], missing: ['fc.weight'] };
    const entry = { type: 'weights', time: 2_000, ...weights, prefix: 'module.', naming: null } as const;
    const lines = new WarningLines();
    assert.deepEqual(lines.linesOf(event('baseline s0', 'entry', entry)), [
      'baseline s0: 2 tensors of net.safetensors; `module.` taken off their names; begun anew: fc.weight',
    ]);
    assert.deepEqual(lines.linesOf(event('student s0', 'entry', entry)), []);
  });
});
