import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../../scripts/editor/chromium.js';
import { patience } from '../../../scripts/editor/patience.js';
import { PanelPage } from '../../../scripts/panelPage/panelPage.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { probability } from '../../../src/core/words.js';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';
import { PanelServer } from '../../../src/serve/panelServer.js';
import { writePair, type StoredPair } from './storedPair.js';

const executablePath = findChromium();

describe('soft labels in a browser', { skip: executablePath === null && 'NOT TESTED: no chromium' }, () => {
  let folder: string;
  let panel: PanelPage;
  let browser: Browser;
  let page: Page;
  let pair: StoredPair;
  const faults: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-soft-labels-'));
    pair = await writePair(folder, { n: 300, classes: 10 });
    panel = await PanelPage.open({
      host: (post) =>
        new PanelServer({
          open: [pair.path],
          post,
          mayRun: false,
          onCommand: ({ command }) => faults.push(command),
          onProblem: ({ message }) => faults.push(message),
        }),
    });
    browser = await launchChromium(executablePath ?? '');
    page = await browser.newPage();
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(panel.url);
    await page.getByRole('tab', { name: 'Soft labels' }).click();
  });

  after(async () => {
    await browser.close();
    await panel.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The first column's class and the numbers of all, line by line. */
  async function shownRows(): Promise<string[]> {
    const rows = await page.locator('.sl-bars tbody tr').all();
    return Promise.all(
      rows.map(async (row) => {
        const label = ((await row.locator('th').textContent()) ?? '').replace(' truth', '');
        return [label, ...(await row.locator('.sl-bar-number').allTextContents())].join(' | ');
      }),
    );
  }

  /** What core says the lines are. */
  function expectedRows(index: number, temperature: number): string[] {
    const of = ({ logits, classes }: LogitsAnswer): Float64Array =>
      softmax({ logits: logits.subarray(index * classes, (index + 1) * classes), classes, temperature });
    const teacher = of(pair.teacher);
    const student = of(pair.student);
    const labels = Array.from(teacher.keys()).sort((a, b) => (teacher[b] ?? NaN) - (teacher[a] ?? NaN));
    return labels.map((label) =>
      [label, probability(teacher[label] ?? NaN), probability(student[label] ?? NaN)].join(' | '),
    );
  }

  async function waitFor(expected: readonly string[]): Promise<void> {
    const wanted = expected.join('\n');
    const until = Date.now() + patience;
    while (Date.now() < until && (await shownRows()).join('\n') !== wanted) await page.waitForTimeout(50);
    assert.deepEqual(await shownRows(), expected);
  }

  it('shows the numbers that core computes, at every temperature of slider and field', async () => {
    const slider = page.getByRole('slider', { name: 'Temperature' });
    const field = page.getByRole('spinbutton', { name: 'Temperature, exactly' });
    await slider.focus();
    await page.keyboard.press('Home');
    await waitFor(expectedRows(0, 1));
    await page.keyboard.press('End');
    await waitFor(expectedRows(0, 50));
    await field.fill('3.7');
    await page.keyboard.press('Enter');
    await waitFor(expectedRows(0, 3.7));
  });

  it('walks the examples with the arrow keys', async () => {
    await page.getByRole('listbox', { name: '300 examples' }).focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await waitFor(expectedRows(2, 3.7));
  });

  it('sets the temperature of a small picture that is clicked', async () => {
    await page.getByRole('button', { name: /^T 8\.0/ }).click();
    await waitFor(expectedRows(2, 8));
    assert.deepEqual(faults, []);
  });

  it('keeps filter, order and table while another view is looked at', async () => {
    await page.getByRole('combobox', { name: 'True class' }).selectOption('3');
    await page.getByRole('checkbox', { name: 'likeliest first' }).click();
    await page.getByRole('region', { name: 'Dark knowledge' }).getByRole('button', { name: 'Table' }).click();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('heading', { name: 'Settings as it ran' }).waitFor();
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    await page.getByText('pairs, those that the teacher finds most alike').waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'True class' }).inputValue(), '3');
    assert.equal(await page.getByRole('checkbox', { name: 'likeliest first' }).isChecked(), false);
  });

  it('finds a temperature beyond the slider again after a reload', async () => {
    const field = page.getByRole('spinbutton', { name: 'Temperature, exactly' });
    await field.fill('0.5');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dark knowledge at T = 0.5' }).waitFor();
    // What a page is to find again it keeps a moment later.
    await page.waitForFunction(() => (sessionStorage.getItem('distillery panel') ?? '').includes('0.5'));
    await page.reload();
    await page.getByRole('heading', { name: 'Dark knowledge at T = 0.5' }).waitFor();
    assert.equal(await field.inputValue(), '0.5');
    assert.deepEqual(faults, []);
  });
});
