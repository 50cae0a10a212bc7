import type { Page } from 'playwright-core';
import { writeManyClasses } from '../../test/run/manyClasses.js';
import { framesOf, pausesOf, type Figures, type PanelBench, type PanelCase } from './panelCase.js';

/** How long a person cannot do anything with the page, with as many classes as ImageNet has and its 50,000 examples. */
export const pauseCases: readonly PanelCase[] = [{ name: 'pauses with 50,000 × 1,000', measure }];

/** For what goes through a hundred million logits, in milliseconds. */
const patience = 120_000;

async function measure(bench: PanelBench): Promise<Figures[]> {
  const path = await writeManyClasses(bench.folder, { examples: 50_000, classes: 1_000 });
  const page = await bench.open([path]);
  page.setDefaultTimeout(patience);
  await pausesOf(page);
  const figures: Figures[] = [];
  for (const { what, act } of acts) {
    await act(page);
    // The longest of them is what is promised.
    const longest = Math.max(...(await pausesOf(page)));
    figures.push({ what: `${what}: longest pause`, times: [longest], bound: { milliseconds: 50, of: 'all' } });
  }
  await page.close();
  return figures;
}

const acts: readonly { readonly what: string; readonly act: (page: Page) => Promise<void> }[] = [
  {
    what: 'Soft labels opened',
    act: async (page) => {
      await page.getByRole('tab', { name: 'Soft labels' }).click();
      await page.locator('.sl-kept').waitFor();
      await settled(page);
    },
  },
  {
    what: 'temperature moved, and at rest',
    act: async (page) => {
      await framesOf(page, { on: '.sl-temperature input[type=range]', kind: 'slide', frames: 60 });
      await page.waitForTimeout(500);
      await settled(page);
    },
  },
  {
    what: 'Confusion opened',
    act: async (page) => {
      await page.getByRole('tab', { name: 'Confusion' }).click();
      await page.getByRole('heading', { name: 'Most confused pairs' }).waitFor();
      await page.locator('.confusion-tables table').first().waitFor();
      await settled(page);
    },
  },
  {
    what: 'classes clustered',
    act: async (page) => {
      await page.getByRole('button', { name: 'clustered' }).click();
      await page.waitForTimeout(500);
      await settled(page);
    },
  },
];

/** Nothing is said to be under way any more. */
async function settled(page: Page): Promise<void> {
  const underway = /computing|follows when|Counting|ordering/;
  while (underway.test((await page.locator('body').textContent()) ?? '')) await page.waitForTimeout(100);
  await page.waitForTimeout(300);
}
