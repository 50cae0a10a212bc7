import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Experiment } from '../../src/core/spec/experiment/experiment.js';
import { parseExperiment } from '../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../src/core/spec/plan.js';
import { sha256 } from '../../src/node/files/hash.js';
import type { TrainingAsked } from '../../src/serve/panelServer.js';
import { smallText } from '../core/spec/experiment/experimentFiles.js';
import { finishedRun, range, runsIn } from '../cli/storedRun.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { eventually, opened, TestPanel } from './panel.js';

function parsed(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text, { file: 'small.distill.json' });
  assert.ok(experiment !== null, problems[0]?.message);
  return experiment;
}

/** Protects the map over T and α: what is planned, what is trained, and which runs come beside those shown. */
describe('PanelServer, asked to train', () => {
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

  // To know the runs by their hashes, every file that the experiment names would be read to its end.
  it('does not look at what an experiment names where nothing may be run', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'small.distill.json');
    await writeFile(file, smallText({}));
    const run = await finishedRun(runsIn(folder), { record: { experiment: { name: 'small', file } }, wrong: [] });
    const panel = new TestPanel([run.path], { mayRun: false });
    t.after(() => panel.server.dispose());
    panel.ready();
    await eventually('the run', () => panel.shown.runs.length === 1);
    const told = await panel.ask({ name: 'plan', run: run.path });
    assert.ok(told.type === 'refusal');
    assert.equal(told.problem.code, 'not-trusted');
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
});
