import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { identify } from '../../src/node/processes/process.js';
import { finishedRun, range, runsIn, storedRun } from '../cli/storedRun.js';
import { epochEntry, sampleSpec, startedEntry, stepsEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { eventually, opened } from './panel.js';
import { openedLog } from '../run/opened.js';

const alone = { role: 'baseline', name: 'baseline', distill: null } as const;
const finished = { type: 'finished', time: 40_000, step: 300, seconds: 31, test: epochEntry(3).test } as const;

/** Protects what the panel is told of runs: all of it, once, and what is wrong with them. */
describe('PanelServer, following runs', () => {
  it('tells of a run, its teachers and its baseline, from their first lines on', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const teacher = await finishedRun(runs, { record: { spec: sampleSpec({ ...alone, role: 'teacher' }) }, wrong: [] });
    const baseline = await finishedRun(runs, { record: { spec: sampleSpec(alone) }, wrong: range(0, 9) });
    const student = await storedRun(runs, {
      record: { teachers: [teacher.id], baseline: baseline.id },
      entries: [startedEntry(), stepsEntry(1, 3), stepsEntry(4, 2), epochEntry(1), epochEntry(2), finished],
    });
    const panel = await opened(t, [student.path]);
    await eventually('the end', () => panel.all('caughtUp').length === 3);

    const [first] = panel.all('runs');
    assert.deepEqual(
      first?.runs.map(({ key, reason, teachers, baseline: its }) => ({ key, reason, teachers, its })),
      [
        { key: student.path, reason: 'opened', teachers: [teacher.path], its: baseline.path },
        { key: teacher.path, reason: 'related', teachers: [], its: null },
        { key: baseline.path, reason: 'related', teachers: [], its: null },
      ],
    );
    assert.deepEqual(panel.losses(student.path), [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5].map(Math.fround));
    assert.deepEqual(panel.epochs(student.path), [1, 2]);
    assert.equal(panel.status(student.path)?.state, 'finished');
    assert.deepEqual(panel.problems, []);
  });

  it('tells what is logged later, and nothing twice', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await storedRun(runs, { entries: [startedEntry({ time: Date.now() }), stepsEntry(1, 3)] });
    const panel = await opened(t, [run.path]);
    await eventually('what was there', () => panel.losses(run.path).length === 3);
    const log = await openedLog(run);
    log.append(stepsEntry(4, 2, { time: Date.now() }));
    log.append(epochEntry(1));
    log.close();
    await eventually('what is new', () => panel.losses(run.path).length === 5 && panel.epochs(run.path).length === 1);
    const told = panel.all('steps').reduce((sum, { count }) => sum + count, 0);
    assert.equal(told, 5);
  });

  it('takes back what a resumed run does again', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await storedRun(runs, { entries: [startedEntry(), stepsEntry(1, 150), epochEntry(1)] });
    const panel = await opened(t, [run.path]);
    await eventually('what was there', () => panel.losses(run.path).length === 150);
    const log = await openedLog(run);
    log.append(startedEntry({ time: 20_000, resumedFrom: 100 }));
    log.append(stepsEntry(101, 2, { time: 21_000, loss: [7, 8] }));
    log.close();
    await eventually('the steps done again', () => panel.losses(run.path).length === 102);
    assert.deepEqual(panel.losses(run.path).slice(-3), [Math.fround(1 / 100), 7, 8]);
    assert.deepEqual(panel.epochs(run.path), [1]);
  });

  it('counts working time only: the night between two processes is left out', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const second = 1000;
    const run = await storedRun(runs, {
      entries: [
        startedEntry({ time: 0 }),
        stepsEntry(1, 2, { time: 4 * second }),
        { type: 'stopped', time: 5 * second, step: 2, seconds: 5 },
        startedEntry({ time: 50_000 * second, resumedFrom: 2 }),
        stepsEntry(3, 1, { time: 50_003 * second }),
      ],
    });
    const panel = await opened(t, [run.path]);
    await eventually('the steps', () => panel.losses(run.path).length === 3);
    const seconds = panel.all('steps').flatMap((message) => [...message.seconds]);
    assert.deepEqual(seconds, [2, 4, 8]);
  });

  it('says interrupted when the trainer is killed', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const trainer = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    t.after(() => trainer.kill('SIGKILL'));
    assert.ok(trainer.pid !== undefined);
    const owner = await identify(trainer.pid);
    const run = await storedRun(runs, { entries: [startedEntry({ ...owner, time: Date.now() }), stepsEntry(1, 3)] });
    const panel = await opened(t, [run.path]);
    await eventually('running', () => panel.status(run.path)?.state === 'running');
    trainer.kill('SIGKILL');
    await once(trainer, 'exit');
    await eventually('interrupted', () => panel.status(run.path)?.state === 'interrupted');
  });

  const damages: Record<string, (run: { path: string; record: string; log: string }) => Promise<void>> = {
    'deleted whole': ({ path }) => rm(path, { recursive: true }),
    'left without its record': ({ record }) => rm(record),
    'given a record cut short': ({ record }) => truncate(record, 40),
    'given a log of garbage': ({ log }) => writeFile(log, Buffer.from([0, 255, 10, 7, 10])),
    'written over with a longer log of garbage': ({ log }) => writeFile(log, Buffer.alloc(100_000, 'garbage')),
    'given a log cut short': ({ log }) => truncate(log, 300),
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`shows a run as damaged that is ${how} while it is shown, and the others as before`, async (t) => {
      const runs = runsIn(await temporaryFolder(t));
      const kept = await finishedRun(runs, { wrong: [1] });
      const run = await finishedRun(runs, { record: { spec: sampleSpec({ seed: 1 }) }, wrong: [2] });
      const panel = await opened(t, [kept.path, run.path]);
      await eventually('both', () => panel.all('caughtUp').length === 2);
      await damage(run);
      await eventually('the damage', () => panel.shown.damaged.includes(run.path));
      assert.deepEqual(panel.shown, { runs: [kept.path], damaged: [run.path] });
      const [problem] = panel.all('runs').at(-1)?.damaged ?? [];
      assert.ok((problem?.problem.message ?? '').length > 10);
      assert.deepEqual(panel.problems, []);
    });
  }

  it('shows a run again, from its first line, when its record comes back', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await storedRun(runs, { entries: [startedEntry(), stepsEntry(1, 3), finished] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.losses(run.path).length === 3);
    await rename(run.record, `${run.record}.away`);
    await eventually('the damage', () => panel.shown.damaged.length === 1);
    const before = panel.heard.length;
    await rename(`${run.record}.away`, run.record);
    await eventually('it again', () => panel.shown.runs.includes(run.path));
    await eventually('its steps again', () =>
      panel.heard.slice(before).some((message) => message.type === 'steps' && message.count === 3),
    );
  });

  it('tells everything anew when the page is loaded again', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await storedRun(runs, { entries: [startedEntry(), stepsEntry(1, 3), finished] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    panel.heard.length = 0;
    panel.ready();
    await eventually('it again', () => panel.all('caughtUp').length === 1);
    assert.equal(panel.losses(run.path).length, 3);
  });

  it('shows more runs without telling those anew that stay', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const one = await finishedRun(runs, { wrong: [] });
    const two = await finishedRun(runs, { record: { spec: sampleSpec({ seed: 1 }) }, wrong: [] });
    const panel = await opened(t, [one.path]);
    await eventually('one', () => panel.all('caughtUp').length === 1);
    panel.server.setOpen([one.path, two.path]);
    await eventually('two', () => panel.all('caughtUp').length === 2);
    assert.deepEqual(panel.shown.runs, [one.path, two.path]);
    assert.deepEqual(
      panel.all('caughtUp').map(({ run }) => run),
      [one.path, two.path],
    );
  });
});
