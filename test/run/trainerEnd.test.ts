import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { advance, initialState } from '../../src/run/state.js';
import { whyGone } from '../../src/run/trainerEnd.js';
import type { Problem } from '../../src/core/problem.js';
import { sampleDraft, startedEntry } from './sample.js';
import { temporaryFolder } from './temporaryFolder.js';
import { madeRun } from './opened.js';

const began = Date.UTC(2026, 0, 2);

/** Why a trainer is gone that left `output` in its file. @param printed seconds after it began */
async function why(t: TestContext, { output, printed = 10 }: { output: string; printed?: number }): Promise<Problem> {
  const { folder, record } = await madeRun(await temporaryFolder(t), sampleDraft());
  await writeFile(folder.trainerLog, output);
  const time = began / 1000 + printed;
  await utimes(folder.trainerLog, time, time);
  return whyGone(folder, advance(initialState(record), startedEntry({ time: began })));
}

describe('why a trainer is gone, for whoever did not see it end', () => {
  it('is a full disk where its last words say so', async (t) => {
    const { code, message } = await why(t, { output: 'epoch 1\nError: ENOSPC: no space left on device, write\n' });
    assert.equal(code, 'disk-full');
    assert.equal(message, 'The trainer is gone: there is no space left on the disk.');
  });

  it('is else what it said at last, and how to go on', async (t) => {
    const { code, message, fix, place } = await why(t, { output: 'one\ntwo\nthree\nfour\nfive\nsix\n' });
    assert.equal(code, 'trainer-crashed');
    assert.equal(
      message,
      'The trainer is gone and wrote no reason to the log. Its last output:\ntwo\nthree\nfour\nfive\nsix',
    );
    assert.match(fix ?? '', /^Resume the run: it goes on from its last checkpoint\./);
    assert.match(place?.file ?? '', /trainer\.log$/);
  });

  it('is not what an earlier trainer of the run has said', async (t) => {
    const { code, message } = await why(t, { output: 'Error: ENOSPC: no space left on device\n', printed: -10 });
    assert.equal(code, 'trainer-crashed');
    assert.equal(message, 'The trainer is gone and wrote no reason to the log.');
  });
});
