import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { identify } from '../../src/node/processes/process.js';
import type { WholeRun } from '../../src/serve/listedRun.js';
import { RunsIndex } from '../../src/serve/runsIndex.js';
import { finishedRun, range, runsIn, storedRun } from '../cli/storedRun.js';
import { epochEntry, sampleSpec, startedEntry, stepsEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { eventually } from './panel.js';
import { openedLog } from '../run/opened.js';

async function indexOf(t: TestContext, folder: string): Promise<RunsIndex> {
  const index = new RunsIndex({ folders: [folder] });
  t.after(() => index.dispose());
  await index.start();
  return index;
}

function whole(index: RunsIndex, path: string): WholeRun {
  const run = index.find(path);
  assert.ok(run?.kind === 'run', `${path} is ${run?.kind ?? 'not listed'}`);
  return run;
}

const seed = (value: number) => ({ record: { spec: sampleSpec({ seed: value }) } });

describe('RunsIndex', () => {
  it('reads nothing before it is started', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    await finishedRun(runs, { wrong: [] });
    const index = new RunsIndex({ folders: [runs] });
    t.after(() => index.dispose());
    assert.deepEqual([index.isListed, index.runs.length], [false, 0]);
  });

  it('says of each run how far it is', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const done = await finishedRun(runs, { wrong: range(0, 7) });
    const stopped = await storedRun(runs, {
      ...seed(1),
      entries: [
        startedEntry(),
        stepsEntry(1, 150),
        epochEntry(1),
        { type: 'stopped', time: 9e4, step: 150, seconds: 12 },
      ],
    });
    const waiting = await storedRun(runs, { ...seed(2), entries: [] });
    const index = await indexOf(t, runs);
    assert.equal(index.runs.length, 3);
    const { test, ...summary } = whole(index, done.path).summary;
    assert.equal(test?.errors, 7);
    assert.deepEqual(summary, {
      ...{ state: 'finished', epoch: 3, epochs: 3, fraction: 1, seconds: 31 },
      ...{ secondsLeft: null, problem: null, engine: 'tfjs/cpu', lastTime: 32_000, isAtChance: false },
    });
    const half = whole(index, stopped.path).summary;
    assert.deepEqual([half.state, half.epoch, half.fraction, half.test?.errors], ['stopped', 1, 0.5, 39]);
    assert.equal(whole(index, waiting.path).summary.state, 'waiting');
  });

  it('says of a finished run whether it learned nothing', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const [half, better] = [
      await finishedRun(runs, { wrong: range(0, 47) }),
      await finishedRun(runs, { ...seed(1), wrong: range(0, 35) }),
    ];
    const index = await indexOf(t, runs);
    assert.deepEqual(
      [half, better].map(({ path }) => whole(index, path).summary.isAtChance),
      [true, false],
    );
  });

  it('finds the last result in a log of any length, before and after a resume', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const many = (from: number, entries: number) =>
      Array.from({ length: entries }, (_, index) => stepsEntry(from + index, 1));
    const long = await storedRun(runs, { entries: [startedEntry(), epochEntry(1), ...many(101, 5000)] });
    const resumed = await storedRun(runs, {
      ...seed(1),
      entries: [
        ...[startedEntry(), epochEntry(1), epochEntry(2), ...many(201, 5000)],
        ...[startedEntry({ resumedFrom: 150 }), ...many(151, 3000)],
      ],
    });
    const index = await indexOf(t, runs);
    const results = [long, resumed].map(({ path }) => {
      const { epoch, test } = whole(index, path).summary;
      return [epoch, test?.errors];
    });
    assert.deepEqual(results, [
      [1, 39],
      [1, 39],
    ]);
  });

  it('notices runs that come, go on, end and go', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const trainer = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    t.after(() => trainer.kill('SIGKILL'));
    assert.ok(trainer.pid !== undefined);
    const index = await indexOf(t, runs);
    const changes: string[] = [];
    index.onChange((changed) => changes.push(...changed));
    assert.deepEqual(index.runs, []);

    const started = startedEntry({ ...(await identify(trainer.pid)), time: Date.now() });
    const run = await storedRun(runs, { entries: [started] });
    await eventually('a new run', () => index.find(run.path)?.kind === 'run');
    const log = await openedLog(run);
    log.append(stepsEntry(1, 30, { time: Date.now() }));
    await eventually('its progress', () => whole(index, run.path).summary.fraction === 0.1);
    assert.equal(whole(index, run.path).summary.state, 'running');
    // The clock was set back: nothing of the log is lost.
    log.append(stepsEntry(31, 30, { time: Date.now() - 7200_000 }));
    await eventually('more of it', () => whole(index, run.path).summary.fraction === 0.2);
    trainer.kill('SIGKILL');
    await once(trainer, 'exit');
    await eventually('its end', () => whole(index, run.path).summary.state === 'interrupted');
    log.close();
    await rm(run.path, { recursive: true });
    await eventually('that it is gone', () => index.runs.length === 0);
    assert.ok(changes.every((path) => path === run.path) && changes.length >= 4, changes.join());
  });

  const damages: Record<string, (run: { record: string; log: string }) => Promise<void>> = {
    'without its record': ({ record }) => rm(record),
    'with a record cut short': ({ record }) => truncate(record, 40),
    'with a log of garbage': ({ log }) => writeFile(log, Buffer.from([0, 255, 10, 7, 10])),
    'with a log cut short': ({ log }) => truncate(log, 300),
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`lists a run ${how} as damaged, and the others as before`, async (t) => {
      const runs = runsIn(await temporaryFolder(t));
      const kept = await finishedRun(runs, { wrong: [1] });
      const run = await finishedRun(runs, { ...seed(1), wrong: [2] });
      const index = await indexOf(t, runs);
      const before = whole(index, kept.path);
      await damage(run);
      await index.refresh();
      assert.equal(index.find(run.path)?.kind, 'damaged');
      assert.equal(whole(index, kept.path), before);
      assert.equal(index.runs.length, 2);
    });
  }

  it('lists runs of several folders, also of one that is not there yet', async (t) => {
    const [one, two] = [runsIn(await temporaryFolder(t)), runsIn(await temporaryFolder(t))];
    const first = await finishedRun(one, { wrong: [] });
    const index = await indexOf(t, one);
    await index.addFolder(two);
    assert.equal(index.runs.length, 1);
    const second = await finishedRun(two, { wrong: [] });
    await eventually('the other', () => index.runs.length === 2);
    assert.deepEqual(
      index.runs.map(({ folder }) => folder.path),
      [first.path, second.path],
    );
  });

  it('lists the first run of a folder made after it was started at once, before it looks for itself', async (t) => {
    const folder = join(await temporaryFolder(t), '.distillery/runs');
    const index = await indexOf(t, folder);
    const noticed = new Promise<number>((resolve) => index.onChange(() => resolve(index.runs.length)));
    const began = Date.now();
    await finishedRun(folder, { wrong: [] });
    assert.equal(await noticed, 1);
    t.diagnostic(`noticed after ${Date.now() - began} ms`);
  });
});
