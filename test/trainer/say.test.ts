import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runFolder } from '../../src/run/folder.js';
import { readLog } from '../../src/run/log/logTail.js';
import { advance, initialState } from '../../src/run/state.js';
import { Say } from '../../src/trainer/say.js';
import { Journal } from '../../src/trainer/training/journal.js';
import { openedLog } from '../run/opened.js';
import { sampleRecord, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

const warning = { code: 'imbalanced', message: 'Most are of one class.', fix: 'Look at the balanced accuracy.' };

describe('what a trainer says', () => {
  it('before it has started is in its output at once, and counts in the log although `started` voids what was before', async (t) => {
    const printed: string[] = [];
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    const journal = new Journal(await openedLog(folder), 1);
    t.after(() => journal.close());
    const say = new Say(journal, (text) => printed.push(text));
    say.note('The pictures are decoded.');
    say.warn(warning);
    assert.deepEqual(printed, [
      'The pictures are decoded.',
      'Warning: Most are of one class.\n  Look at the balanced accuracy.',
    ]);
    journal.write(startedEntry());
    say.begin();
    say.note('The teacher is asked.');
    const { entries } = await readLog(path);
    const state = entries.reduce(advance, initialState(sampleRecord()));
    assert.deepEqual(state.notes, ['The pictures are decoded.', 'The teacher is asked.']);
    assert.deepEqual(state.warnings, [warning]);
  });
});
