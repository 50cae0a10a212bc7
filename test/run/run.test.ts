import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProblemError } from '../../src/core/problem.js';
import { logitsName, runFolder, type RunFolder } from '../../src/run/folder.js';
import type { Entry } from '../../src/run/log/entry.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { withRun } from '../../src/run/openedRun.js';
import { readRun, readRuns, type Run } from '../../src/run/run.js';
import { clearStop, requestStop, stopRequested } from '../../src/run/stop.js';
import { epochEntry, sampleDraft, startedEntry, stepsEntry } from './sample.js';
import { sleeper } from './sleeper.js';
import { temporaryFolder } from './temporaryFolder.js';
import { madeRun, storeLogits, storeTensors } from './opened.js';

const append = (folder: RunFolder, entry: Entry): void => appendFileSync(folder.log, `${JSON.stringify(entry)}\n`);

async function newRun(t: TestContext): Promise<RunFolder> {
  return (await madeRun(await temporaryFolder(t), sampleDraft())).folder;
}

async function readGood(folder: RunFolder): Promise<Run> {
  const run = await readRun(folder);
  return run.kind === 'run' ? run : assert.fail(run.problem.message);
}

describe('readRun', () => {
  it('says waiting, running, interrupted as the process comes and is killed', async (t) => {
    const folder = await newRun(t);
    assert.equal((await readGood(folder)).state.state, 'waiting');
    const { identity, kill } = await sleeper();
    append(folder, startedEntry(identity));
    append(folder, stepsEntry(1, 7));
    assert.equal((await readGood(folder)).state.state, 'running');
    await kill();
    const { state } = await readGood(folder);
    assert.deepEqual([state.state, state.step], ['interrupted', 7]);
  });

  it('judges a process of another machine by its silence', async (t) => {
    const folder = await newRun(t);
    append(folder, startedEntry({ time: Date.now() }));
    assert.equal((await readGood(folder)).state.state, 'running');
    append(folder, { type: 'alive', time: Date.now() - 60_000 });
    assert.equal((await readGood(folder)).state.state, 'interrupted');
  });

  it('reads what can be read of a damaged log and says which lines it passed over', async (t) => {
    const folder = await newRun(t);
    append(folder, startedEntry());
    appendFileSync(folder.log, 'garbage\n');
    append(folder, epochEntry(1));
    appendFileSync(folder.log, '{"type":"epo');
    const { state, logProblems } = await readGood(folder);
    assert.equal(state.epoch, 1);
    assert.deepEqual(
      logProblems.map(({ place }) => place),
      [{ file: folder.log, line: 2 }],
    );
  });
});

describe('readRuns', () => {
  it('is not taken down by one damaged run, and changes nothing in it', async (t) => {
    const runsDir = await temporaryFolder(t);
    const { folder } = await madeRun(runsDir, sampleDraft());
    mkdirSync(join(runsDir, '20250101-empty'));
    const damaged = runFolder(join(runsDir, '20250102-damaged'));
    mkdirSync(damaged.path);
    writeFileSync(damaged.record, '{"half');
    const unreadable = await madeRun(runsDir, sampleDraft({ created: '2027-01-01T00:00:00.000Z' }));
    mkdirSync(unreadable.folder.log);
    const runs = await readRuns(runsDir);
    assert.deepEqual(
      runs.map((run) => [run.folder.id, run.kind === 'run' ? run.state.state : run.problem.code]),
      [
        ['20250101-empty', 'run-missing'],
        ['20250102-damaged', 'run-damaged'],
        [folder.id, 'waiting'],
        [unreadable.folder.id, 'not-a-file'],
      ],
    );
    assert.equal(readFileSync(damaged.record, 'utf8'), '{"half');
  });
});

describe('stop request', () => {
  it('is there until it is withdrawn, however often it is made', async (t) => {
    const folder = await newRun(t);
    assert.equal(stopRequested(folder), false);
    await withRun(folder, requestStop);
    await withRun(folder, requestStop);
    assert.equal(stopRequested(folder), true);
    await withRun(folder, clearStop);
    await withRun(folder, clearStop);
    assert.equal(stopRequested(folder), false);
  });

  it('names the run folder that is gone', async (t) => {
    const folder = await newRun(t);
    rmSync(folder.path, { recursive: true });
    await assert.rejects(withRun(folder, requestStop), ProblemError);
  });
});

describe('logits', () => {
  it('come back as they were stored, under the name that the log carries', async (t) => {
    const folder = await newRun(t);
    const stored = {
      n: 2,
      classes: 3,
      logits: new Float32Array([1, -2, 3.5, 0, 1e-30, 50]),
      labels: new Int32Array([2, 0]),
    };
    const name = await storeLogits(folder, { split: 'test', epoch: 4 }, stored);
    assert.equal(name, 'logits/test-4.safetensors');
    assert.equal(name, logitsName({ split: 'test', epoch: 4 }));
    assert.deepEqual(await readLogits(join(folder.path, name)), stored);
  });

  it('are refused when they do not belong to the labels', async (t) => {
    const path = join((await newRun(t)).path, 'x.safetensors');
    await storeTensors(path, {
      logits: { dtype: 'F32', shape: [2, 1], data: new Float32Array(2) },
      labels: { dtype: 'I32', shape: [3], data: new Int32Array(3) },
    });
    await assert.rejects(readLogits(path), /shape \[2, 1\] and labels of shape \[3\] do not belong together/);
  });

  it('are refused with a label that is no class', async (t) => {
    const path = join((await newRun(t)).path, 'x.safetensors');
    for (const label of [-1, 2]) {
      await storeTensors(path, {
        logits: { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) },
        labels: { dtype: 'I32', shape: [2], data: Int32Array.of(1, label) },
      });
      await assert.rejects(readLogits(path), new RegExp(`label ${label} and there are 2 classes; expected 0 to 1`));
    }
  });
});
