import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseExperiment } from '../../../src/core/spec/experiment/experimentFile.js';
import { planRuns } from '../../../src/core/spec/plan.js';
import { sha256 } from '../../../src/node/files/hash.js';
import type { TrainingAsked } from '../../../src/serve/panelServer.js';
import { finishedRun, range, runsIn } from '../../cli/storedRun.js';
import { smallText } from '../../core/spec/experiment/experimentFiles.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser, openPanel } from '../browser.js';
import { coloursOfPng, linesOfCsv, openedSvg, savedBy } from '../savedFiles.js';

/** An experiment of three temperatures, of which T 2 is trained and shown, T 4 trained and not shown, T 8 not trained. */
async function swept(t: TestContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'small.distill.json');
  const text = smallText({ sweep: { 'distill.temperature': [2, 4, 8] }, baseline: true });
  await writeFile(file, text);
  const { experiment } = parseExperiment(text, { file });
  assert.ok(experiment !== null);
  const plan = planRuns(experiment, { sha256 });
  const store = async (key: RegExp, { wrong, baseline = null }: { wrong: number; baseline?: string | null }) => {
    const planned = plan.find((run) => key.test(run.key));
    assert.ok(planned !== undefined, `${String(key)} among ${plan.map((run) => run.key).join(', ')}`);
    const { spec, specHash } = planned;
    const record = { experiment: { name: 'small', file }, spec, specHash, baseline };
    return finishedRun(runsIn(folder), { record, wrong: range(0, wrong) });
  };
  const baseline = await store(/^baseline/, { wrong: 30 });
  const shown = await store(/^student t2 /, { wrong: 12, baseline: baseline.id });
  const hidden = await store(/^student t4 /, { wrong: 34, baseline: baseline.id });
  return { file, baseline, shown, hidden };
}

/** Protects what a hand does to the map: nothing is run but what was clicked, and nothing shown that is no result. */
describe('the map over T and α, in a browser', { skip: noBrowser }, () => {
  it('shows what is there, adds what is not shown, and asks for what is not trained', async (t) => {
    const { baseline, shown } = await swept(t);
    const asked: TrainingAsked[] = [];
    const panel = await openPanel(t, {
      open: [shown.path, baseline.path],
      onTrain: (training) => {
        asked.push(training);
        return new Promise(() => undefined);
      },
    });
    const { page } = panel;
    await page.getByRole('tab', { name: 'T × α' }).click();
    const cells = page.locator('.sweep-map tbody td');
    await page.getByRole('button', { name: /^Run student t8/ }).waitFor();
    const texts = async (): Promise<string[]> =>
      cells.allInnerTexts().then((all) => all.map((text) => text.replaceAll(/\s+/g, ' ').trim()));
    await page.locator('.sweep-map').getByText('▲ better').waitFor();
    assert.deepEqual(await texts(), ['12 −18 ▲ better fewest errors', 'not shown Show', 'not trained ▷ Run']);

    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.locator('.sweep-map').getByText('≈ cannot be told').waitFor();
    assert.deepEqual(await texts(), ['12 −18 ▲ better fewest errors', '34 +4 ≈ cannot be told', 'not trained ▷ Run']);
    // What cannot be told from the baseline is not red, though it has four errors more.
    const classes = await Promise.all([0, 1, 2].map((place) => cells.nth(place).getAttribute('class')));
    assert.deepEqual(classes, ['sweep-better', 'sweep-same', 'sweep-empty']);

    await page.getByRole('button', { name: /^Run student t8/ }).click();
    await page.getByText('waiting …').waitFor();
    assert.deepEqual(
      asked.map(({ keys, experiment }) => [keys.length, keys[0]?.startsWith('student t8 '), experiment.name]),
      [[1, true, 'small']],
    );
    assert.equal(await page.getByRole('button', { name: /^Run / }).count(), 0);

    await page.getByRole('button', { name: 'Table' }).click();
    const rows = await page.locator('.sweep-scroll tbody tr').allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split('\t').slice(2)),
      [
        ['1 of 1', '12', '88.00 %', '−18', '▲ better', ''],
        ['1 of 1', '34', '66.00 %', '+4', '≈ cannot be told', ''],
        ['0 of 1', '–', '–', '–', '–', 'not trained'],
      ],
    );
    const { rows: saved } = linesOfCsv(await savedBy(panel, { format: 'CSV' }));
    assert.deepEqual(
      saved.map(([, , , , state, errors, , , , , verdict]) => [state, errors, verdict]),
      [
        ['finished', '12', 'better'],
        ['finished', '34', 'cannot be told'],
        ['not trained', '', ''],
      ],
    );
    assert.ok((await openedSvg(page, await savedBy(panel, { format: 'SVG' }))).includes('−18 · 88.00 %'));
    assert.ok((await coloursOfPng(page, await savedBy(panel, { format: 'PNG' }))) > 3);
    await page.setViewportSize({ width: 300, height: 800 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
  });

  it('runs nothing and plans nothing in a workspace that is not trusted, and says why', async (t) => {
    const { baseline, shown } = await swept(t);
    const { page } = await openPanel(t, { open: [shown.path, baseline.path], mayRun: false });
    await page.getByRole('tab', { name: 'T × α' }).click();
    await page
      .getByRole('alert')
      .getByText(/not trusted/)
      .waitFor();
    assert.equal(await page.locator('.sweep-result').count(), 1);
    assert.equal(await page.getByRole('button', { name: /^Run / }).count(), 0);
  });

  it('says why nothing can be run where the experiment is gone, and shows the results that there are', async (t) => {
    const { file, baseline, shown, hidden } = await swept(t);
    await rm(file);
    const { page } = await openPanel(t, { open: [shown.path, hidden.path, baseline.path] });
    await page.getByRole('tab', { name: 'T × α' }).click();
    await page.getByRole('alert').getByText(`Experiment file not found: ${file}`).waitFor();
    assert.equal(await page.locator('.sweep-result').count(), 2);
    assert.equal(await page.getByRole('button', { name: /^Run / }).count(), 0);
  });

  it('has no tab where a single run is open', async (t) => {
    const { shown } = await swept(t);
    const { page } = await openPanel(t, { open: [shown.path] });
    await page.getByRole('tab', { name: 'Details' }).waitFor();
    assert.equal(await page.getByRole('tab', { name: 'T × α' }).count(), 0);
  });
});
