import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { writeManyClasses } from '../../run/manyClasses.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser, openPanel, type OpenPanel } from '../browser.js';

const [examples, classes] = [2_000, 100];

/** Protects what a person finds in long lists: every row is there when it is scrolled to, and keys lead to each. */
describe('lists that are longer than their window, in a browser', { skip: noBrowser }, () => {
  const clearings: (() => Promise<void>)[] = [];
  let panel: OpenPanel;

  before(async () => {
    const test = { after: (clear: () => Promise<void>) => void clearings.unshift(clear) };
    const run = await writeManyClasses(await temporaryFolder(test), { examples, classes });
    panel = await openPanel(test, { open: [run], width: 1200 });
  });

  after(async () => {
    for (const clear of clearings) await clear();
  });

  /** Whether an element is within what its box shows. */
  const isSeen = (element: Locator, box: string): Promise<boolean> =>
    element.evaluate((node, selector) => {
      const [own, around] = [node.getBoundingClientRect(), node.closest(selector)?.getBoundingClientRect()];
      return around !== undefined && own.top >= around.top - 1 && own.bottom <= around.bottom + 1;
    }, box);

  it('has the examples that are in sight, and brings any other into sight by keys', async () => {
    const { page } = panel;
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    const list = page.getByRole('listbox', { name: '2000 examples' });
    await list.focus();
    const chosen = list.locator('[aria-selected=true]');
    const columns = await list.evaluate((box) => Math.floor(box.clientWidth / 44));
    for (const [keys, place] of [
      [['End'], examples],
      [['ArrowDown'], examples],
      [['Home'], 1],
      [['ArrowUp'], 1],
      [['ArrowRight', 'ArrowDown'], 2 + columns],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForFunction(
        (wanted) => document.querySelector('.sl-examples .example[aria-selected=true]')?.ariaPosInSet === wanted,
        String(place),
      );
      assert.equal(await chosen.getAttribute('id'), await list.getAttribute('aria-activedescendant'));
      assert.equal(await chosen.getAttribute('aria-setsize'), String(examples));
      assert.ok(await isSeen(chosen, '.examples'), `${keys.join()} leads to what is seen`);
    }
    const before = Number(await chosen.getAttribute('aria-posinset'));
    await page.keyboard.press('PageDown');
    await page.waitForFunction(
      (place) => Number(document.querySelector('.sl-examples .example[aria-selected=true]')?.ariaPosInSet) > place,
      before,
    );
    assert.equal((Number(await chosen.getAttribute('aria-posinset')) - before) % columns, 0);
    assert.ok((await list.getByRole('option').count()) < 300);
    await list.evaluate((box) => box.scrollTo({ top: 22 * 44 }));
    await list.locator(`[aria-posinset="${22 * columns + 1}"]`).waitFor();
  });

  it('has the rows of a table that are in sight, in the order that was asked for', async () => {
    const { page } = panel;
    await page.getByRole('tab', { name: 'Confusion' }).click();
    const table = page.getByRole('table', { name: 'Scores of each class' });
    await table.getByRole('button', { name: 'class', exact: true }).click();
    await table.getByRole('button', { name: 'class', exact: true }).click();
    const rows = table.locator('tbody tr:not(.gap)');
    await table.locator('[aria-rowindex="2"]', { hasText: '99' }).waitFor();
    assert.ok((await rows.count()) < 30);
    const height = await table.evaluate(({ clientHeight }) => clientHeight);
    assert.equal(height, 24 * (classes + 1));
    await page.getByRole('region', { name: 'Scores of each class' }).evaluate((box) => box.scrollTo({ top: 1e6 }));
    const last = table.locator(`[aria-rowindex="${classes + 1}"]`);
    await last.waitFor();
    assert.equal(await last.locator('td').first().textContent(), '0');
    assert.ok(await isSeen(last, '.data-box'));
    assert.equal(await table.getAttribute('aria-rowcount'), String(classes + 1));
  });
});
