import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { finishedRun, range, runsIn, storedRun } from '../cli/storedRun.js';
import { sampleSpec, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { noBrowser, openPanel } from './browser.js';

/** What a person sees and does, in a real browser on real run folders, under the editor's own policy. */
const options = { skip: noBrowser };

test('the header says how a finished run is and what came of it', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: range(0, 7) });
  const { page } = await openPanel(t, { open: [run.path] });
  await page.getByRole('status').getByText('Finished').waitFor();
  await page.getByLabel('Errors on the test set').getByText('7', { exact: true }).waitFor();
});

test('a run that was interrupted offers to resume, where one may', options, async (t) => {
  const run = await storedRun(runsIn(await temporaryFolder(t)), { entries: [{ ...startedEntry(), pid: 2 ** 22 + 1 }] });
  const { page, commands } = await openPanel(t, { open: [run.path] });
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('its process has ended').waitFor();
  assert.deepEqual(commands, [{ command: 'resume', run: run.path }]);
});

test('a view is chosen by the arrow keys and found again after a reload', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: range(0, 7) });
  const { page, reload } = await openPanel(t, { open: [run.path] });
  await page.getByRole('tab', { name: 'Curves' }).focus();
  await page.keyboard.press('End');
  const details = page.getByRole('tab', { name: 'Details', selected: true });
  await details.waitFor();
  await reload();
  await details.waitFor();
  await page.getByRole('heading', { name: 'Settings as it ran' }).waitFor();
});

test('a saved state that means nothing is no error', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: [] });
  const { page, reload } = await openPanel(t, { open: [run.path] });
  await page.getByRole('tab', { name: 'Details' }).waitFor();
  const saved = JSON.stringify({ page: { view: 'nowhere', run: 7, epoch: -1, temperature: 'hot' } });
  await page.evaluate((state) => sessionStorage.setItem('distillery panel', state), saved);
  await reload();
  await page.getByRole('tab', { name: 'Curves', selected: true }).waitFor();
});

test('names of others are text and nothing else, in every view', options, async (t) => {
  const hostile = '<img src=x onerror="document.title=1"> \u202egnp\u2066 \u{e0041}';
  const run = await finishedRun(runsIn(await temporaryFolder(t)), {
    record: { spec: sampleSpec({ name: hostile }), experiment: { name: hostile, file: null } },
    wrong: range(0, 7),
    started: { classes: [hostile, 'b'] },
  });
  const { page } = await openPanel(t, { open: [run.path] });
  for (const view of ['Curves', 'Soft labels', 'Confusion', 'Details']) {
    await page.getByRole('tab', { name: view }).click();
    await page.getByRole('tab', { name: view, selected: true }).waitFor();
    await page.getByText('onerror').first().waitFor();
    const { text, attributes } = await page.evaluate(() => ({
      text: document.body.textContent,
      attributes: [...document.querySelectorAll('*')].flatMap((each) =>
        ['title', 'aria-label'].map((name) => each.getAttribute(name) ?? ''),
      ),
    }));
    assert.doesNotMatch([text, ...attributes].join(' '), /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u, view);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  }
});

test('a damaged run is a row with its problem beside the others', options, async (t) => {
  const runs = runsIn(await temporaryFolder(t));
  const whole = await finishedRun(runs, { wrong: [1] });
  const broken = await storedRun(runs, { entries: [] });
  await writeFile(broken.record, '{"id": ');
  const { page } = await openPanel(t, { open: [whole.path, broken.path] });
  await page.getByLabel('Runs that cannot be read').getByText(broken.id).waitFor();
  await page.getByRole('status').getByText('Finished').waitFor();
});

test('the page follows a change of theme', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: [1] });
  const { page } = await openPanel(t, { open: [run.path], theme: 'dark' });
  await page.getByRole('tab', { name: 'Details' }).click();
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), 'rgb(31, 31, 31)');
  await page.evaluate(() => window.setTheme('hcLight'));
  assert.equal(await background(), 'rgb(255, 255, 255)');
});

test('at 300 px nothing sticks out of the page', options, async (t) => {
  const run = await finishedRun(runsIn(await temporaryFolder(t)), { wrong: range(0, 7) });
  const { page } = await openPanel(t, { open: [run.path], width: 300 });
  for (const name of ['Details', 'Curves']) {
    await page.getByRole('tab', { name }).click();
    await page.getByRole('tab', { name, selected: true }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 300, `${name} is ${width} px wide`);
  }
});
