import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { finishedRun, range, runsIn, storedRun } from '../cli/storedRun.js';
import { dataSchema, publishedSetOf } from '../../src/core/datasets/datasets.js';
import type { Problem } from '../../src/core/problem.js';
import type { Entry } from '../../src/run/log/entry.js';
import { fetchFix } from '../../src/core/datasets/archive.js';
import { identify } from '../../src/node/processes/process.js';
import { epochEntry, metrics, sampleSpec, startedEntry, stepsEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { noBrowser, openPanel } from './browser.js';
import { storeLogits } from '../run/opened.js';

/** The first line of the panel in each state that a run can be found in, and the one thing to do next. */
const options = { skip: noBrowser };
const alone = { role: 'teacher', name: 'teacher', distill: null } as const;
const experiment = { name: 'sample', file: '/somewhere/sample.distill.json' };

function failure(problem: Problem): Entry[] {
  return [startedEntry(), stepsEntry(1, 20), { type: 'failed', time: 4_000, problem }];
}

test('a student that waits names its teacher, how far that is, and opens it', options, async (t) => {
  const runs = runsIn(await temporaryFolder(t));
  const teacher = await storedRun(runs, {
    record: { spec: sampleSpec(alone) },
    entries: [startedEntry({ time: Date.now(), ...(await identify(process.pid)) }), epochEntry(1)],
  });
  const student = await storedRun(runs, { record: { teachers: [teacher.id] }, entries: [] });
  const { page, commands } = await openPanel(t, { open: [student.path] });
  await page.getByRole('status').getByText('Waiting for teacher (epoch 2/3)').waitFor();
  await page.getByRole('button', { name: 'Open teacher' }).click();
  assert.deepEqual(commands, [{ command: 'openRun', run: teacher.path }]);
});

test('a run that failed says why, what to do, and is resumed from its checkpoint', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { experiment },
    entries: failure({ code: 'device-lost', message: 'The card is gone.', fix: 'Start the machine anew.' }),
  });
  const { page, commands } = await openPanel(t, { open: [run.path] });
  await page.getByRole('status').getByText('Failed at step 20').waitFor();
  await page.getByRole('alert').getByText('The card is gone. Start the machine anew.').waitFor();
  await page.getByTitle('Try again from the start: no checkpoint was written yet').getByText('Resume').click();
  assert.deepEqual(commands, [{ command: 'resume', run: run.path }]);
});

test('a run that goes on says what it warns of, the first at once and the others when asked', options, async (t) => {
  const warned = (message: string): Entry => ({
    type: 'warning',
    time: 2_000,
    problem: { code: 'x', message, fix: 'Look.' },
  });
  const living = startedEntry({ time: Date.now(), ...(await identify(process.pid)) });
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    entries: [living, warned('Most pictures are of one class.'), warned('One class is answered.')],
  });
  const { page } = await openPanel(t, { open: [run.path] });
  const warnings = page.getByRole('region', { name: 'Warnings' });
  await warnings.getByText('Warning: Most pictures are of one class. Look.').waitFor();
  const second = warnings.getByText('One class is answered.');
  assert.equal(await second.isVisible(), false);
  await warnings.getByText('1 more warning').click();
  assert.equal(await second.isVisible(), true);
  assert.equal(await page.getByRole('alert').count(), 0, 'nothing has failed');
});

test('what failed for a reason outside its settings offers what helps, in words for the editor', options, async (t) => {
  const data = dataSchema.parse({ dataset: 'cifar10' });
  const spec = sampleSpec({ data });
  const published = publishedSetOf(data) ?? assert.fail();
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { experiment, spec },
    entries: failure({ code: 'dataset-missing', message: 'It is not there.', fix: fetchFix(published) }),
  });
  const { page, commands } = await openPanel(t, { open: [run.path] });
  const alert = page.getByRole('alert').getByText('It is not there. Fetch it, or name the folder of its files');
  await alert.waitFor();
  assert.doesNotMatch((await alert.textContent()) ?? '', /md5|distillery /);
  await page.getByRole('button', { name: 'Fetch CIFAR-10…' }).click();
  assert.deepEqual(commands, [{ command: 'fix', run: run.path }]);
});

test('what fails by its settings offers the experiment, since it would fail again', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { experiment },
    entries: failure({ code: 'diverged', message: 'The training has diverged.', fix: 'Use a smaller learning rate.' }),
  });
  const { page, commands } = await openPanel(t, { open: [run.path] });
  await page.getByRole('button', { name: 'Open Experiment' }).click();
  assert.equal(await page.getByRole('button', { name: 'Resume' }).count(), 0);
  assert.deepEqual(commands, [{ command: 'openExperiment', run: run.path }]);
});

test('an interrupted run says at which step, and from which it goes on', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    entries: [
      startedEntry({ pid: 2 ** 22 + 1 }),
      stepsEntry(1, 60),
      { type: 'checkpoint', time: 6_000, step: 50, file: 'checkpoints/50' },
    ],
  });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByRole('status').getByText('Interrupted at step 60').waitFor();
  await page.getByTitle('Go on from the checkpoint at step 50').getByText('Resume').waitFor();
  await page.getByRole('alert').getByText('The trainer is gone and wrote no reason to the log.').waitFor();
  await page.getByRole('button', { name: 'Show Trainer Output' }).waitFor();
});

test('a run whose trainer filled the disk says so, offers to free some, and goes on', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { experiment },
    entries: [startedEntry({ pid: 2 ** 22 + 1 }), stepsEntry(1, 60)],
  });
  await writeFile(run.trainerLog, 'Error: ENOSPC: no space left on device, write\n');
  const { page, commands } = await openPanel(t, { open: [run.path] });
  await page.getByRole('alert').getByText('there is no space left on the disk. Free some space.').waitFor();
  await page.getByRole('button', { name: 'Free Space…' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  assert.deepEqual(commands, [
    { command: 'fix', run: run.path },
    { command: 'resume', run: run.path },
  ]);
});

test('the silence of a running trainer is said', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    entries: [startedEntry({ time: Date.now() - 60_000, ...(await identify(process.pid)) })],
  });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByText(/^nothing heard for (1 m|6\d s)/).waitFor();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
});

test('a run that was only evaluated says so in place of curves, and shows its answers', options, async (t) => {
  const test = metrics(2);
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { spec: sampleSpec({ ...alone, trainable: 'none' }) },
    entries: [
      startedEntry({ steps: 0, stepsPerEpoch: 0 }),
      {
        type: 'epoch',
        time: 2_000,
        epoch: 0,
        step: 0,
        test,
        logits: { test: 'logits/test-0.safetensors' },
        seconds: 1,
      },
      { type: 'finished', time: 2_000, step: 0, seconds: 1, test },
    ],
  });
  const labels = Int32Array.from(range(0, 100), (row) => row % 2);
  const logits = Float32Array.from(range(0, 200), (at) => (at % 2 === (at >> 1) % 2 ? 1 : 0));
  await storeLogits(run, { split: 'test', epoch: 0 }, { n: 100, classes: 2, logits, labels });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByText('Nothing was trained').waitFor();
  await page.getByText(', not trained').waitFor();
  assert.equal(await page.locator('.curves-large').isVisible(), false);
  assert.equal(await page.getByText(/epoch \d+\/\d+/).count(), 0);
  await page.getByRole('tab', { name: 'Soft labels' }).click();
  await page.getByText('1 of 100').waitFor();
});

test('a run without a teacher has no chart of a distillation', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { record: { spec: sampleSpec(alone) }, wrong: [1] });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByRole('button', { name: 'Show Student loss large' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Show Distillation loss large' }).count(), 0);
});

/** A student and its baseline, both finished, of 100 examples of two classes. */
async function pairOf(t: TestContext, { student, baseline }: { student: number; baseline: number }): Promise<string> {
  const runs = runsIn(await temporaryFolder(t));
  const own = { role: 'baseline', name: 'baseline', distill: null } as const;
  const beside = await finishedRun(runs, { record: { spec: sampleSpec(own) }, wrong: range(0, baseline) });
  const run = await finishedRun(runs, { record: { baseline: beside.id }, wrong: range(0, student) });
  return run.path;
}

for (const { student, verdict, says, name } of [
  { student: 12, verdict: 'better', says: '▲ better by 18.00 points (p = 7.6e-6)', name: 'is better' },
  { student: 26, verdict: 'undecided', says: '≈ cannot be told apart (p = 0.125)', name: 'cannot be told apart' },
  { student: 44, verdict: 'worse', says: '▼ worse by 14.00 points (p = 0.0001)', name: 'is worse' },
]) {
  test(`a student that ${name} from its baseline is called so, in words and colour`, options, async (t) => {
    const { page } = await openPanel(t, { open: [await pairOf(t, { student, baseline: 30 })] });
    const said = page.locator('.outcome .verdict');
    await said.getByText(says).waitFor();
    assert.equal(await said.getAttribute('class'), `verdict ${verdict}`);
    const change = student - 30;
    await page.getByText(`${change < 0 ? '−' : '+'}${Math.abs(change)} errors`).waitFor();
  });
}

test('a run that is right no more often than chance has no tick, and says what chance gives', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), {
    record: { spec: sampleSpec(alone) },
    wrong: range(0, 50),
  });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByText('no better than chance: always answering the largest class gives 50.00 %').waitFor();
  const status = page.getByRole('status').first();
  assert.match((await status.textContent()) ?? '', /⚠ Finished/);
  assert.match((await status.getAttribute('class')) ?? '', /state-doubtful/);
});

test('on an unbalanced test set the balanced accuracy stands beside the accuracy', options, async (t) => {
  const found = { ...metrics(7), balancedAccuracy: 0.6125 };
  const run = await storedRun(runsIn(await temporaryFolder(t)), {
    record: { spec: sampleSpec(alone) },
    entries: [
      startedEntry({ classes: ['ok', 'broken'] }),
      epochEntry(1, { test: found }),
      { type: 'finished', time: 20_000, step: 10, seconds: 10, test: found },
    ],
  });
  const labels = Int32Array.from(range(0, 100), (row) => (row < 92 ? 0 : 1));
  const logits = Float32Array.from(range(0, 200), (at) => (at % 2 === 0 ? 1 : 0));
  await storeLogits(run, { split: 'test', epoch: 1 }, { n: 100, classes: 2, logits, labels });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByText('accuracy 93.00 %, balanced 61.25 % (largest class “ok”: 92.00 % of the test set)').waitFor();
  await page.getByRole('tab', { name: 'Confusion' }).click();
  // Of the logits, which always say “ok”.
  await page.getByRole('row', { name: /92\.00 % 50\.00 %/ }).waitFor();
  await page.getByText('92.00 % of the examples are of class ok').waitFor();
});
