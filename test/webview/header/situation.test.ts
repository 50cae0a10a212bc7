import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialState } from '../../../src/run/state.js';
import { situationOf } from '../../../webview/header/situation.js';
import { sampleRecord } from '../../run/sample.js';

const now = Date.UTC(2026, 10, 29);
const hour = 3600_000;

const more = (lastTime: number): string | null => {
  const record = sampleRecord();
  const { history, ...initial } = initialState(record);
  const status = { ...initial, state: 'running', lastTime } as const;
  const run = { key: 'run', record, reason: 'opened', teachers: [], baseline: null } as const;
  return situationOf({ run, status }, { teachers: [], now, mayRun: true, testSet: null }).more;
};

describe('a run that seems to be running', () => {
  it('tells of silence, and of no time that a wrong clock made up', () => {
    assert.equal(more(now - 5_000), null);
    assert.equal(more(now + 30_000), null);
    assert.equal(more(now - 2 * hour), 'nothing heard for 2 h 00 min');
    assert.equal(more(now + 640_711 * hour), 'its last sign of life has a time that is yet to come: a clock was wrong');
    assert.equal(more(0), 'nothing heard for more than 30 days');
  });
});
