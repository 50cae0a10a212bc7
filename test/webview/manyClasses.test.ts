import assert from 'node:assert/strict';
import { test } from 'node:test';
import { range, runsIn, storedRun } from '../cli/storedRun.js';
import { picturesName, picturesPath } from '../../src/data/cache/pictures.js';
import { epochEntry, sampleSpec, startedEntry } from '../run/sample.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { noBrowser, openPanel } from './browser.js';
import { storeLogits, storePictures } from '../run/opened.js';

const classes = 100;
const names = range(0, classes).map((label) => `a_class_with_a_name_that_is_long_${label}`);

/** A run on 200 coloured pictures of 100 classes, with one error in ten. */
async function colouredRun(runs: string): Promise<string> {
  const n = 2 * classes;
  const pictures = picturesName(runs, { data: sampleSpec().data, split: 'test' });
  const pixels = Uint8Array.from({ length: n * 8 * 8 * 3 }, (_, at) => (at % 3 === 0 ? 255 : 0));
  await storePictures(picturesPath(runs, pictures), { n, height: 8, width: 8, channels: 3, pixels });
  const test = { n, errors: n / 10, accuracy: 0.9, loss: 1 };
  const run = await storedRun(runs, {
    entries: [
      startedEntry({ classes: names, pictures: { test: pictures } }),
      epochEntry(1, { test }),
      { type: 'finished', time: 32_000, step: 100, seconds: 31, test },
    ],
  });
  const labels = Int32Array.from({ length: n }, (_, row) => row % classes);
  const logits = new Float32Array(n * classes);
  labels.forEach(
    (label, row) => (logits[row * classes + ((label + (row < classes && row % 5 === 4 ? 1 : 0)) % classes)] = 9),
  );
  await storeLogits(run, { split: 'test', epoch: 1 }, { n, classes, logits, labels });
  return run.path;
}

test('a hundred classes with long names are told apart, and which is true', { skip: noBrowser }, async (t) => {
  const run = await colouredRun(runsIn(await temporaryFolder(t)));
  for (const width of [1000, 300]) {
    const { page } = await openPanel(t, { open: [run], width });
    await page.getByRole('tab', { name: 'Soft labels' }).click();
    const mark = page.locator('.sl-truth-mark');
    await mark.waitFor();
    const [box, cell] = [await mark.boundingBox(), await page.locator('.sl-truth > th').boundingBox()];
    assert.ok(box !== null && cell !== null);
    assert.ok(box.x + box.width <= cell.x + cell.width, `the mark is cut at ${width} px`);
    assert.equal(await page.locator('.sl-truth > th').getAttribute('title'), names[0]);
    const pageWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(pageWidth <= width, `the page is ${pageWidth} px wide`);
  }
});

test('pictures of three channels are shown in their colours', { skip: noBrowser }, async (t) => {
  const run = await colouredRun(runsIn(await temporaryFolder(t)));
  const { page } = await openPanel(t, { open: [run] });
  await page.getByRole('tab', { name: 'Soft labels' }).click();
  const picture = page.locator('.sl-one-picture canvas');
  await picture.waitFor();
  const red = (): Promise<number[]> =>
    picture.evaluate((canvas: HTMLCanvasElement) => [
      ...(canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data ?? []),
    ]);
  assert.deepEqual(await red(), [255, 0, 0, 255]);
});

test('the key to the colours says 0 once where no cell has more than an error', { skip: noBrowser }, async (t) => {
  const run = await colouredRun(runsIn(await temporaryFolder(t)));
  const { page } = await openPanel(t, { open: [run] });
  await page.getByRole('tab', { name: 'Confusion' }).click();
  const key = page.locator('.legend').first();
  await key.waitFor();
  assert.deepEqual(await key.locator('span:not(.legend-bar)').allTextContents(), ['0', '1']);
});
