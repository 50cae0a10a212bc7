import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../../scripts/editor/chromium.js';
import { patience } from '../../../scripts/editor/patience.js';
import { PanelPage } from '../../../scripts/panelPage/panelPage.js';
import type { PanelCommand } from '../../../src/panel/protocol.js';
import { PanelServer } from '../../../src/serve/panelServer.js';
import { longLog, writeLongRun } from '../../run/longLog.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { coloursOfPng, linesOfCsv, openedSvg, savedBy } from '../savedFiles.js';

const chromium = findChromium();
const steps = 3_000;

/** Protects what a hand does to the curves, in a real Chromium on real run folders. */
describe('the curves in a browser', { skip: chromium === null && 'NOT TESTED: no chromium' }, () => {
  let browser: Browser;
  let panel: PanelPage;
  let page: Page;
  const commands: PanelCommand[] = [];
  const problems: string[] = [];
  const clearings: (() => Promise<void>)[] = [];

  before(async () => {
    const folder = await temporaryFolder({ after: (clear) => clearings.push(clear) });
    const open = [0, 1].map((seed) => writeLongRun(folder, { steps, stepsPerEpoch: 500, seed, gradients: seed === 0 }));
    const runs = await Promise.all(open);
    panel = await PanelPage.open({
      host: (post) =>
        new PanelServer({
          open: runs,
          post,
          mayRun: false,
          onCommand: (command) => commands.push(command),
          onProblem: ({ message }) => problems.push(message),
        }),
    });
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(panel.url);
    await page.getByRole('tab', { name: 'Curves' }).click();
    await page.locator('.curves-reading').nth(1).waitFor();
  });

  after(async () => {
    await browser.close();
    await panel.close();
    for (const clear of clearings) await clear();
    assert.deepEqual(problems, []);
  });

  const reset = () => page.getByRole('button', { name: 'reset zoom' });
  const plot = async () => {
    const box = await page.locator('.curves-large .u-over').boundingBox();
    assert.ok(box);
    return box;
  };
  const place = async (): Promise<number> => {
    const text = (await page.locator('.curves-place').textContent()) ?? '';
    return Number(text.replace(/\D/g, ''));
  };

  test('a drag selects a stretch, the wheel widens it, double click shows everything', async () => {
    const box = await plot();
    assert.equal(await reset().isDisabled(), true);
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + (3 * box.width) / 4, box.y + 60);
    await page.mouse.up();
    await page.locator('.curves-tools button:enabled', { hasText: 'reset zoom' }).waitFor();
    await page.mouse.move(box.x + 1, box.y + 50);
    const left = await place();
    assert.ok(Math.abs(left - steps / 2) < steps / 50, `left edge at step ${left}`);
    await page.mouse.wheel(0, 600);
    await page.mouse.wheel(0, 600);
    await page.mouse.dblclick(box.x + 50, box.y + 50);
    await page.locator('.curves-tools button:disabled', { hasText: 'reset zoom' }).waitFor();
    await page.mouse.move(box.x + box.width - 1, box.y + 50);
    assert.ok((await place()) > 0.99 * steps);
  });

  test('keys move the cursor point by point and to the ends, zoom and reset', async () => {
    await page.locator('.curves-frame').focus();
    await page.keyboard.press('Home');
    assert.equal(await place(), 1);
    await page.keyboard.press('ArrowRight');
    const second = await place();
    assert.ok(second > 1);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await place(), 1);
    await page.keyboard.press('End');
    assert.equal(await place(), steps);
    await page.keyboard.press('+');
    await page.locator('.curves-tools button:enabled', { hasText: 'reset zoom' }).waitFor();
    await page.keyboard.press('0');
    await page.locator('.curves-tools button:disabled', { hasText: 'reset zoom' }).waitFor();
  });

  test('what is at the cursor is read out once it rests', async () => {
    await page.locator('.curves-frame').focus();
    await page.keyboard.press('Home');
    await page.locator('.curves-spoken', { hasText: 'step 1. ' }).waitFor({ state: 'attached' });
  });

  test('the legend hides a run on a click and shows it alone with Alt, by keyboard too', async () => {
    const rows = page.locator('.curves-toggle');
    const readings = page.locator('.curves-reading');
    await rows.nth(0).click();
    await page.waitForFunction(() => document.querySelectorAll('.curves-reading').length === 1);
    assert.equal(await rows.nth(0).getAttribute('aria-pressed'), 'false');
    await rows.nth(0).click({ modifiers: ['Alt'] });
    await page.waitForFunction(() => document.querySelector('.curves-toggle')?.getAttribute('aria-pressed') === 'true');
    assert.equal(await rows.nth(1).getAttribute('aria-pressed'), 'false');
    await rows.nth(0).focus();
    await page.keyboard.press('Alt+Enter');
    await page.waitForFunction(() => document.querySelectorAll('.curves-reading').length === 2);
    assert.equal(await readings.count(), 2);
  });

  test('a small chart takes the large one’s place, and the table stands in for both', async () => {
    await page.getByRole('button', { name: 'Show Learning rate large' }).click();
    await page.locator('.curves-title', { hasText: 'Learning rate' }).waitFor();
    await page.getByRole('button', { name: 'Show Total loss large' }).click();
    await page.getByRole('button', { name: 'Table' }).click();
    assert.equal(await page.locator('.curves-table tbody tr').count(), 12);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.locator('.curves-large .u-over').waitFor();
  });

  test('the share of the gradient has a chart of its own with what to make of it, and columns in the table', async () => {
    const chart = page.getByRole('button', { name: 'Show Distillation gradient share large' });
    await chart.click();
    await page.locator('.curves-title', { hasText: 'below the line: distillation' }).waitFor();
    const all = '0.750 · distillation 0.7500 · student 0.2500 · cosine −0.500';
    await page.locator('.curves-reading-value', { hasText: all }).waitFor();
    assert.equal(await page.locator('.curves-reading-value').nth(1).textContent(), '–', 'the other has none');
    assert.equal(await page.locator('.curves-hints').count(), 0, 'nothing is wrong with three quarters');
    await page.getByRole('button', { name: 'Show Gradient cosine similarity large' }).click();
    await page.locator('.curves-reading-value', { hasText: /^−0\.500$/ }).waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    await page.locator('.curves-table thead', { hasText: 'gradient of train' }).waitFor();
    const cells = page.locator('.curves-table tbody tr').first().locator('td');
    assert.deepEqual((await cells.allTextContents()).slice(-4), ['0.750', '0.7500', '0.2500', '–']);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('button', { name: 'Show Total loss large' }).click();
    await page.locator('.curves-title', { hasText: 'Total loss' }).waitFor();
  });

  test('runs that logged no gradients have no chart of them, rather than an empty one', async () => {
    const folder = await temporaryFolder({ after: (clear) => clearings.push(clear) });
    const open = [await writeLongRun(folder, { steps: 100, stepsPerEpoch: 50, seed: 0 })];
    const host = ({ message }: { message: string }): number => problems.push(message);
    const old = await PanelPage.open({
      host: (post) => new PanelServer({ open, post, mayRun: false, onCommand: () => undefined, onProblem: host }),
    });
    const other = await browser.newPage();
    await other.goto(old.url);
    await other.getByRole('tab', { name: 'Curves' }).click();
    await other.locator('.curves-reading').first().waitFor();
    const titles = await other.locator('.curves-small:visible .curves-small-title').allTextContents();
    assert.deepEqual(titles, ['Errors', 'Distillation loss', 'Student loss', 'Learning rate', 'Examples/s']);
    await other.getByRole('button', { name: 'Table' }).click();
    await other.locator('.curves-table tbody tr').first().waitFor();
    assert.equal(await other.locator('.curves-table thead', { hasText: 'gradient' }).count(), 0);
    await other.close();
    await old.close();
  });

  test('a hint stands under the chart of a run that it is about, and is told of while the chart is small', async () => {
    const folder = await temporaryFolder({ after: (clear) => clearings.push(clear) });
    const path = await writeLongRun(folder, { steps: 100, stepsPerEpoch: 50, seed: 0, gradients: true });
    const file = join(path, 'run.json');
    const record = await readFile(file, 'utf8');
    await writeFile(file, record.replace('"loss":"hinton"', '"loss":"snippet"').replace(',"standardize":false', ''));
    const hinted = await PanelPage.open({
      host: (post) =>
        new PanelServer({
          ...{ open: [path], post, mayRun: false, onCommand: () => undefined },
          onProblem: ({ message }) => problems.push(message),
        }),
    });
    const other = await browser.newPage();
    await other.goto(hinted.url);
    await other.getByRole('tab', { name: 'Curves' }).click();
    await other.getByRole('button', { name: 'Show Distillation gradient share large, with a hint' }).click();
    const text = (await other.locator('.curves-hints').textContent()) ?? '';
    assert.match(
      text,
      /seed 0: snippet weighs the divergence with \(2·T² \+ α\) \/ C = 80\.1, where hinton has α·T² = 360:/,
    );
    await other.getByRole('button', { name: 'Show Total loss large' }).click();
    await other.locator('.curves-hints').waitFor({ state: 'detached' });
    await other.close();
    await hinted.close();
  });

  test('picture and numbers are saved as files that open, with what was logged in them', async () => {
    const view = { page, commands, reload: () => Promise.resolve() };
    const texts = await openedSvg(page, await savedBy(view, { format: 'SVG' }));
    assert.ok(
      texts.some((text) => text.includes('Total loss')),
      texts.join(' | '),
    );
    assert.ok((await coloursOfPng(page, await savedBy(view, { format: 'PNG' }))) > 3);
    const { header, rows } = linesOfCsv(await savedBy(view, { format: 'CSV' }));
    assert.equal(rows.length, 2 * steps);
    const [step, loss] = [header.indexOf('step'), header.indexOf('loss')];
    const logged = [0, 1].flatMap((seed) =>
      [...longLog({ steps, stepsPerEpoch: 500, seed })].flatMap((entry) => (entry.type === 'steps' ? entry.loss : [])),
    );
    rows.forEach((row, at) => {
      assert.equal(Number(row[step]), (at % steps) + 1);
      assert.ok(Math.abs(Number(row[loss]) - (logged[at] ?? NaN)) < 1e-6, `loss of line ${at}`);
    });
  });

  test('every painted run leaves a mark with the time at which its newest step was logged', async () => {
    const runs = await page.evaluate(() => {
      const details = performance
        .getEntriesByName('painted')
        .map((mark) => (mark instanceof PerformanceMark ? (mark.detail as { run: string }) : { run: '' }));
      return new Set(details.map(({ run }) => run)).size;
    });
    assert.equal(runs, 2);
  });
});
