import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../../scripts/editor/chromium.js';
import { patience } from '../../../scripts/editor/patience.js';
import { PanelPage } from '../../../scripts/panelPage/panelPage.js';
import { predictions } from '../../../src/core/evaluation/evaluation.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { readLogits, type Logits } from '../../../src/run/logits/logits.js';
import { PanelServer } from '../../../src/serve/panelServer.js';
import { writeManyClasses } from '../../run/manyClasses.js';

const executablePath = findChromium();
const skip = executablePath === null && 'NOT TESTED: no chromium';

/** What the logits say, computed here from the files with core's float64 functions. */
interface Oracle {
  readonly logits: Logits;
  readonly predicted: Int32Array;
  readonly probabilities: Float64Array;
}

async function oracleOf(run: string): Promise<Oracle> {
  const logits = await readLogits(`${run}/logits/test-1.safetensors`);
  return { logits, predicted: predictions(logits), probabilities: softmax(logits) };
}

function examplesIn({ logits, predicted }: Oracle, { truth, answer }: { truth: number; answer: number }): number[] {
  return [...predicted.keys()].filter((index) => logits.labels[index] === truth && predicted[index] === answer);
}

describe('the confusion view in a browser', { skip }, () => {
  let folder: string;
  let browser: Browser;
  let panel: PanelPage;
  let page: Page;
  let teacher: Oracle;
  let student: Oracle;
  const errors: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-'));
    const run = await writeManyClasses(folder, { examples: 400, classes: 10 });
    student = await oracleOf(run);
    teacher = await oracleOf(run.replace('120001-student-t20-a0.9-s0-bbbbbb', '120000-teacher-s0-aaaaaa'));
    panel = await PanelPage.open({
      host: (post) =>
        new PanelServer({ open: [run], post, mayRun: false, onCommand: () => undefined, onProblem: () => undefined }),
    });
    browser = await launchChromium(executablePath ?? '');
    page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    page.setDefaultTimeout(patience);
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(panel.url);
    await page.click('#tab-confusion');
    await page.waitForSelector('[data-side=difference] td');
  });

  after(async () => {
    await browser.close();
    await panel.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(errors, []);
  });

  const cell = (side: string, { truth, answer }: { truth: number; answer: number }): string =>
    `[data-side=${side}] [data-at="${truth} ${answer}"]`;

  it('shows the counts of both and their difference', async () => {
    for (const at of [
      { truth: 3, answer: 3 },
      { truth: 3, answer: 5 },
    ]) {
      const [ours, theirs] = [examplesIn(teacher, at).length, examplesIn(student, at).length];
      assert.equal(await page.textContent(cell('first', at)), String(ours));
      assert.equal(await page.textContent(cell('second', at)), String(theirs));
      const change = theirs - ours;
      const sign = change > 0 ? '+' : change < 0 ? '−' : '';
      assert.equal(await page.textContent(cell('difference', at)), `${sign}${Math.abs(change)}`);
    }
  });

  it('opens a cell: its examples, with the answers and the probabilities of the logits', async () => {
    const answer = [...Array(10).keys()].find(
      (at) => at !== 3 && examplesIn(student, { truth: 3, answer: at }).length > 1,
    );
    assert.ok(answer !== undefined);
    const expected = examplesIn(student, { truth: 3, answer });
    await page.click(cell('second', { truth: 3, answer }));
    await page.waitForSelector('.drawer .example');
    const cards = await page.locator('.drawer .example').allTextContents();
    assert.deepEqual(
      cards.map((text) => Number(/#(\d+)/.exec(text)?.[1])),
      expected,
    );
    for (const [index, example] of expected.entries()) {
      for (const [who, oracle] of [
        ['teacher', teacher],
        ['student', student],
      ] as const) {
        const said = oracle.predicted[example] ?? NaN;
        const sure = (100 * (oracle.probabilities[example * 10 + said] ?? NaN)).toFixed(1);
        assert.ok(cards[index]?.includes(`${who} ${said} ${sure} %`), `${cards[index]}: ${who} ${said} ${sure} %`);
      }
    }
  });

  it('gives the focus back to the cell when Escape closes the drawer', async () => {
    await page.focus(cell('first', { truth: 0, answer: 0 }));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.drawer [role=listbox]:focus');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.drawer', { state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-at')), '1 1');
  });

  it('reads the cell under the cursor out in words', async () => {
    const at = { truth: 4, answer: 4 };
    await page.hover(cell('first', at));
    const words = (await page.textContent('.readout')) ?? '';
    assert.ok(words.startsWith(`4 correct: teacher ${examplesIn(teacher, at).length} of 40`), words);
  });

  it('filters a cell of the difference by who put the examples there', async () => {
    const at = { truth: 7, answer: 7 };
    await page.click(cell('difference', at));
    const [ours, theirs] = [examplesIn(teacher, at), examplesIn(student, at)];
    const both = ours.filter((example) => theirs.includes(example)).length;
    const segments = await page.locator('.drawer .segment').allTextContents();
    const either = ours.length + theirs.length - both;
    assert.deepEqual(
      segments.map((text) => Number(/\d+$/.exec(text)?.[0])),
      [either, ours.length - both, theirs.length - both, both],
    );
  });

  it('keeps everything reachable at 300 px', async () => {
    await page.setViewportSize({ width: 300, height: 800 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    await page.setViewportSize({ width: 1500, height: 1000 });
  });

  it('shows the same with seriation and shares as with counts in order', async () => {
    await page.click('text=clustered');
    await page.click('text=% of row');
    const named = await page.locator('[data-side=first] tbody th').allTextContents();
    assert.deepEqual([...named].sort(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const row = named.indexOf('3');
    const share = (100 * examplesIn(teacher, { truth: 3, answer: 3 }).length) / 40;
    assert.equal(await page.textContent(cell('first', { truth: row, answer: row })), share.toFixed(1));
  });
});
