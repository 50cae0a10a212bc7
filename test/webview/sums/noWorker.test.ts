import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PanelPage } from '../../../scripts/panelPage/panelPage.js';
import { findChromium, launchChromium } from '../../../scripts/editor/chromium.js';
import { patience } from '../../../scripts/editor/patience.js';
import { PanelServer } from '../../../src/serve/panelServer.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser } from '../browser.js';
import { writePair } from '../softLabels/storedPair.js';

/** Protects that nothing falls back in silence: where no worker is allowed the panel says so, and shows all else. */
test('where no worker may be started the panel says so, and shows the curves', { skip: noBrowser }, async (t) => {
  const { path } = await writePair(await temporaryFolder(t), { n: 20, classes: 4 });
  const panel = await PanelPage.open({
    host: (post) =>
      new PanelServer({ open: [path], post, mayRun: false, onCommand: () => undefined, onProblem: () => undefined }),
  });
  const browser = await launchChromium(findChromium() ?? '');
  t.after(async () => {
    await browser.close();
    await panel.close();
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  await page.route(panel.url, async (route) => {
    const answer = await route.fetch();
    const html = await answer.text();
    assert.ok(html.includes('worker-src blob:'));
    await route.fulfill({ response: answer, body: html.replace('worker-src blob:', "worker-src 'none'") });
  });
  await page.goto(panel.url);
  await page.locator('.curves-large canvas').first().waitFor();
  for (const tab of ['Soft labels', 'Confusion']) {
    await page.getByRole('tab', { name: tab }).click();
    const problem = page.getByRole('alert').first();
    await problem.waitFor();
    const words = (await problem.textContent()) ?? '';
    assert.match(words, /no worker to compute in: the page was not allowed to start one/, tab);
    assert.match(words, /Close the panel and open it again/, tab);
  }
});
