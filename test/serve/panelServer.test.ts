import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Experiment } from '../../src/core/spec/experiment.js';
import { parseExperiment } from '../../src/core/spec/experimentFile.js';
import { planRuns } from '../../src/core/spec/plan.js';
import { sha256 } from '../../src/run/files/hash.js';
import { LogWriter } from '../../src/run/log.js';
import { picturesName, picturesPath, writePictures } from '../../src/run/cache/pictures.js';
import { identify } from '../../src/run/process.js';
import type { TrainingAsked } from '../../src/serve/panelServer.js';
import { smallText } from '../core/spec/experimentFiles.js';
import { finishedRun, range, runsIn, storedRun } from '../cli/storedRun.js';
import { epochEntry, sampleSpec, startedEntry, stepsEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { eventually, TestPanel } from './panel.js';

async function opened(t: TestContext, open: readonly string[]): Promise<TestPanel> {
  const panel = new TestPanel(open);
  t.after(() => panel.server.dispose());
  panel.ready();
  await eventually('all runs', () => panel.all('runs').length > 0);
  return panel;
}

function parsed(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text, { file: 'small.distill.json' });
  assert.ok(experiment !== null, problems[0]?.message);
  return experiment;
}

const alone = { role: 'baseline', name: 'baseline', distill: null } as const;
const finished = { type: 'finished', time: 40_000, step: 300, seconds: 31, test: epochEntry(3).test } as const;

describe('PanelServer', () => {
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
    const log = new LogWriter(run.log);
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
    const log = new LogWriter(run.log);
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

  it('answers for logits that were stored, and refuses others by what is wrong', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [3] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    const place = { name: 'logits', run: run.path, split: 'test' } as const;
    const answer = await panel.ask({ ...place, epoch: 3 });
    assert.ok(answer.type === 'answer' && answer.name === 'logits');
    assert.deepEqual([...answer.answer.logits.slice(4, 10)], [1, 0, 1, 0, 1, 0]);
    assert.equal(answer.answer.labels[3], 1);
    const codes = [];
    for (const wrong of [
      { epoch: 9 },
      { epoch: 1 },
      { epoch: 3, run: '/elsewhere' },
      { epoch: 3, split: 'validation' },
    ]) {
      const refused = await panel.ask({ ...place, ...wrong });
      codes.push(refused.type === 'refusal' ? refused.problem.code : 'answered');
    }
    assert.deepEqual(codes, ['no-such-epoch', 'file-missing', 'run-not-shown', 'no-such-epoch']);
  });

  it('reads no file outside the run folder, whatever the log names', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const entries = [startedEntry(), epochEntry(1, { logits: { test: '../../../../etc/hostname' } })];
    const run = await storedRun(runs, { entries });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.epochs(run.path).length === 1);
    const refused = await panel.ask({ name: 'logits', run: run.path, split: 'test', epoch: 1 });
    assert.equal(refused.type === 'refusal' && refused.problem.code, 'no-such-epoch');
  });

  it('answers for pictures that were kept, also by a later run on the same data, and says where there are none', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    await eventually('it', () => panel.all('caughtUp').length === 1);
    const ask = { name: 'pictures', run: run.path, split: 'test', indices: [2, 0] } as const;
    const refused = await panel.ask(ask);
    assert.equal(refused.type === 'refusal' && refused.problem.code, 'pictures-missing');
    const path = picturesPath(runs, picturesName(runs, { data: sampleSpec().data, split: 'test' }));
    const pixels = Uint8Array.from({ length: 3 * 4 }, (_, index) => index);
    await writePictures(path, { n: 3, height: 2, width: 2, channels: 1, pixels }, { what: 'test' });
    const { answer } = await panel.ask(ask).then((found) => (found.type === 'answer' ? found : { answer: null }));
    assert.deepEqual(answer, {
      count: 2,
      height: 2,
      width: 2,
      channels: 1,
      pixels: Uint8Array.of(8, 9, 10, 11, 0, 1, 2, 3),
    });
  });

  it('lists what lies in the folder, with the end of the output', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    await writeFile(run.trainerLog, Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n'));
    const panel = await opened(t, [run.path]);
    const answer = await panel.ask({ name: 'folder', run: run.path });
    assert.ok(answer.type === 'answer' && answer.name === 'folder');
    const { files, output } = answer.answer;
    assert.deepEqual(
      files.map(({ name }) => name),
      ['log.jsonl', 'logits/test-3.safetensors', 'run.json', 'trainer.log'],
    );
    const record = await readFile(run.record);
    assert.equal(files[2]?.bytes, record.length);
    assert.ok(output.startsWith('line 300\n') && output.endsWith('line 499'), output.slice(0, 20));
  });

  it('passes on commands for the runs it shows, and reports what is no message', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.receive({ type: 'command', command: 'stop', run: run.path });
    panel.server.receive({ type: 'command', command: 'stop', run: '/elsewhere' });
    panel.server.receive({ type: 'command', command: 'erase', run: run.path });
    panel.server.receive({ type: 'command', command: 'save', name: '../x', format: 'csv', bytes: new Uint8Array() });
    panel.server.receive(null);
    panel.server.receive({ type: 'ready', version: 99 });
    assert.deepEqual(panel.commands, [{ command: 'stop', run: run.path }]);
    assert.deepEqual(
      panel.problems.map(({ code }) => code),
      ['run-not-shown', 'panel-message', 'panel-message', 'panel-message', 'panel-version'],
    );
  });

  it('refuses a request that makes no sense under its number, so that nobody waits for it', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.receive({ type: 'request', id: 7, name: 'secrets', run: run.path });
    panel.server.receive({ type: 'request', id: 8, name: 'logits', run: run.path, split: 'test', epoch: 'last' });
    assert.deepEqual(
      panel.all('refusal').map(({ id, problem }) => [id, problem.code]),
      [
        [7, 'panel-message'],
        [8, 'panel-message'],
      ],
    );
  });

  it('lets nobody stop or resume a run where nothing may be run', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const run = await finishedRun(runs, { wrong: [] });
    const panel = await opened(t, [run.path]);
    panel.server.setMayRun(false);
    for (const command of ['stop', 'resume', 'openJson'] as const) {
      panel.server.receive({ type: 'command', command, run: run.path });
    }
    assert.deepEqual(panel.commands, [{ command: 'openJson', run: run.path }]);
    assert.deepEqual(
      panel.problems.map(({ code }) => code),
      ['not-trusted', 'not-trusted'],
    );
    assert.equal(panel.all('runs').at(-1)?.mayRun, false);
  });

  it('says which students the experiment of a run asks for, and which of them there are', async (t) => {
    const folder = await temporaryFolder(t);
    const runs = runsIn(folder);
    const file = join(folder, 'small.distill.json');
    await writeFile(file, smallText({ sweep: { 'distill.temperature': [2, 4] } }));
    const students = planRuns(parsed(await readFile(file, 'utf8')), { sha256 }).filter(
      ({ spec }) => spec.role === 'student',
    );
    const [first, second] = students;
    assert.ok(first !== undefined && second !== undefined && students.length === 2);
    const record = { experiment: { name: 'small', file }, spec: first.spec, specHash: first.specHash };
    const older = await finishedRun(runs, { record, wrong: [] });
    const newer = await finishedRun(runs, { record, wrong: [] });
    const panel = await opened(t, [older.path]);
    const ask = { name: 'plan', run: older.path } as const;
    const told = await panel.ask(ask);
    assert.ok(told.type === 'answer' && told.name === 'plan');
    assert.deepEqual(
      told.answer.map(({ key, run }) => ({ key, run })),
      [
        { key: first.key, run: newer.path },
        { key: second.key, run: null },
      ],
    );
    await rm(file);
    const refused = await panel.ask(ask);
    assert.ok(refused.type === 'refusal');
    assert.equal(refused.problem.code, 'experiment-gone');
    assert.ok(refused.problem.message.includes(file));
  });

  it('lets the host train students, shows them as they begin, and answers when they have ended', async (t) => {
    const runs = runsIn(await temporaryFolder(t));
    const [shown, trained] = [await finishedRun(runs, { wrong: [] }), await finishedRun(runs, { wrong: [] })];
    const asked: TrainingAsked[] = [];
    const openedTo: (readonly string[])[] = [];
    let end = (): void => undefined;
    const panel = new TestPanel([shown.path], {
      onTrain: (training) => {
        asked.push(training);
        return new Promise((resolve) => {
          end = resolve;
        });
      },
      onOpened: (paths) => openedTo.push(paths),
    });
    t.after(() => panel.server.dispose());
    panel.ready();
    await eventually('the run', () => panel.shown.runs.length === 1);
    const answer = panel.ask({ name: 'train', run: shown.path, keys: ['student t2 a0.9 s0'] });
    const first = await eventually('the host is asked', () => asked[0]);
    assert.deepEqual(first.keys, ['student t2 a0.9 s0']);
    assert.equal(first.runsDir, runs);
    first.onRun(trained.path);
    // Told of it again, as when its trainer is joined, nothing changes.
    first.onRun(trained.path);
    await eventually('both', () => panel.shown.runs.length === 2);
    assert.deepEqual(openedTo, [[shown.path, trained.path]]);
    assert.equal(panel.all('answer').length, 0);
    end();
    assert.equal((await answer).type, 'answer');
  });

  it('trains nothing where nothing may be run, or where the host cannot', async (t) => {
    const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: [] });
    const never = (): Promise<void> => Promise.reject(new Error('it was trained'));
    for (const [options, code] of [
      [{ mayRun: false, onTrain: never }, 'not-trusted'],
      [{}, 'no-trainers'],
    ] as const) {
      const panel = new TestPanel([run.path], options);
      t.after(() => panel.server.dispose());
      panel.ready();
      await eventually('the run', () => panel.shown.runs.length === 1);
      const refused = await panel.ask({ name: 'train', run: run.path, keys: ['student'] });
      assert.ok(refused.type === 'refusal');
      assert.equal(refused.problem.code, code);
    }
  });

  it('shows more runs of the same folder when the panel asks, none from elsewhere, and not too many', async (t) => {
    const folder = await temporaryFolder(t);
    const runs = runsIn(folder);
    const [shown, beside] = [await finishedRun(runs, { wrong: [] }), await finishedRun(runs, { wrong: [] })];
    const elsewhere = await finishedRun(join(folder, 'elsewhere'), { wrong: [] });
    const panel = await opened(t, [shown.path]);
    const show = (paths: readonly string[]): void =>
      panel.server.receive({ type: 'command', command: 'showRuns', run: shown.path, runs: paths });
    show([elsewhere.path, beside.path]);
    await eventually('both', () => panel.shown.runs.length === 2);
    assert.deepEqual(panel.shown, { runs: [shown.path, beside.path], damaged: [] });
    assert.deepEqual(panel.commands, []);
    show(range(0, 60).map((index) => join(runs, String(index))));
    assert.equal(panel.problems.at(-1)?.code, 'too-many-runs');
    assert.equal(panel.shown.runs.length, 2);
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
