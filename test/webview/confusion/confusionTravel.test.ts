import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { predictions } from '../../../src/core/evaluation/evaluation.js';
import { runFolder } from '../../../src/run/folder.js';
import { readLogits, type Logits } from '../../../src/run/logits/logits.js';
import { picturesName } from '../../../src/data/cache/pictures.js';
import { writeManyClasses } from '../../run/manyClasses.js';
import { sampleSpec } from '../../run/sample.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { noBrowser, openPanel, type OpenPanel } from '../browser.js';
import { storeLogits, storePictures } from '../../run/opened.js';

const [examples, classes, side] = [400, 10, 4];

/** The grey of all pixels of a picture: no two neighbours have the same. */
const greyOf = (example: number): number => (37 * example + 11) % 256;

/** Gives a run answers to a validation split too: those of the first hundred test examples. */
async function addValidation(path: string, { logits, labels }: Logits): Promise<void> {
  const n = 100;
  const answers = { n, classes, logits: logits.slice(0, n * classes), labels: labels.slice(0, n) };
  const name = await storeLogits(runFolder(path), { split: 'validation', epoch: 1 }, answers);
  const log = await readFile(join(path, 'log.jsonl'), 'utf8');
  await writeFile(join(path, 'log.jsonl'), log.replace('"logits":{', `"logits":{"validation":"${name}",`));
}

/** Protects what comes into the confusion view and leaves it: pictures, examples, other tabs, splits, files. */
describe('to and from the confusion view in a browser', { skip: noBrowser }, () => {
  const clearings: (() => Promise<void>)[] = [];
  let panel: OpenPanel;
  let teacher: Logits;
  let student: Logits;

  before(async () => {
    const test = { after: (clear: () => Promise<void>) => void clearings.unshift(clear) };
    const folder = await temporaryFolder(test);
    const run = await writeManyClasses(folder, { examples, classes });
    student = await readLogits(`${run}/logits/test-1.safetensors`);
    teacher = await readLogits(`${folder}/20261123-120000-teacher-s0-aaaaaa/logits/test-1.safetensors`);
    await addValidation(run, student);
    const pixels = Uint8Array.from({ length: examples * side * side }, (_, at) => greyOf(Math.floor(at / side ** 2)));
    const path = resolve(folder, picturesName(folder, { data: sampleSpec().data, split: 'test' }));
    const pictures = {
      n: examples,
      height: side,
      width: side,
      channels: 1,
      pixels,
    } as const;
    await storePictures(path, pictures);
    panel = await openPanel(test, { open: [run], width: 1500 });
    await panel.page.click('#tab-confusion');
    await panel.page.waitForSelector('[data-side=difference] td');
  });

  after(async () => {
    for (const clear of clearings) await clear();
  });

  /** A cell that the student filled with at least two examples of class 3, and which they are. */
  const filled = (): { answer: number; indices: number[] } => {
    const predicted = predictions(student);
    for (let answer = 0; answer < classes; answer++) {
      const indices = [...predicted.keys()].filter((at) => student.labels[at] === 3 && predicted[at] === answer);
      if (answer !== 3 && indices.length > 1) return { answer, indices };
    }
    throw new Error('the student took no two examples of class 3 for the same class');
  };

  it('shows with each example of a cell its own picture, and takes a chosen one to Soft labels', async () => {
    const { page } = panel;
    const { answer, indices } = filled();
    await page.click(`[data-side=second] [data-at="3 ${answer}"]`);
    for (const index of indices) {
      const picture = page.locator(`.drawer canvas[data-index="${index}"]`);
      await picture.waitFor();
      const grey = await picture.evaluate((canvas) => {
        if (!(canvas instanceof HTMLCanvasElement)) return null;
        const { width, height } = canvas;
        return { width, height, grey: canvas.getContext('2d')?.getImageData(1, 1, 1, 1).data[0] };
      });
      assert.deepEqual(grey, { width: side, height: side, grey: greyOf(index) });
    }
    const last = indices.at(-1) ?? NaN;
    await page.locator('.drawer .example', { hasText: `#${last} ` }).click();
    await page.locator('.sl-one', { hasText: `#${last}` }).waitFor();
    assert.equal(await page.getAttribute('#tab-softLabels', 'aria-selected'), 'true');
  });

  it('is as it was, without counting again, when a person comes back to it', async () => {
    const { page } = panel;
    const loading = await page.evaluate(async () => {
      const seen: string[] = [];
      const watch = new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes) if (node.textContent?.includes('Loading')) seen.push(node.textContent);
      });
      watch.observe(document.body, { childList: true, subtree: true });
      document.querySelector<HTMLElement>('#tab-confusion')?.click();
      await new Promise((done) => setTimeout(done, 300));
      watch.disconnect();
      return seen;
    });
    assert.deepEqual(loading, []);
    await page.waitForSelector('.drawer .example');
    assert.equal(await page.locator('.drawer .example').count(), filled().indices.length);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.drawer', { state: 'detached' });
  });

  it('offers a split that one of the two was evaluated on, and says who was not', async () => {
    const { page } = panel;
    await page.getByRole('button', { name: 'validation', exact: true }).click();
    await page.getByText('teacher was not evaluated on the validation split.').waitFor();
    const right = [...predictions(student).subarray(0, 100)].filter((at, index) => at === student.labels[index]);
    await page.locator('.overall', { hasText: `${100 - right.length}` }).waitFor();
    await page.getByRole('button', { name: 'test', exact: true }).click();
    await page.waitForSelector('[data-side=difference] td');
  });

  it('exports the counts, readable without the panel', async () => {
    const { page, commands } = panel;
    for (const format of ['SVG', 'CSV', 'PNG']) {
      const before = commands.length;
      await page.getByRole('button', { name: format, exact: true }).click();
      while (commands.length === before) await page.waitForTimeout(50);
    }
    const files = new Map(
      commands.flatMap((command) => (command.command === 'save' ? [[command.format, command.bytes]] : [])),
    );
    const text = (format: 'svg' | 'csv'): string => new TextDecoder().decode(files.get(format));
    const errors = await page.evaluate(
      (svg) => new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll('parsererror').length,
      text('svg'),
    );
    assert.equal(errors, 0);
    assert.match(text('svg'), /test split, epochs 1 and 1, examples/);
    for (const [name, logits] of [
      ['teacher', teacher],
      ['student · T 20 · α 0.9', student],
    ] as const) {
      const predicted = predictions(logits);
      const counted = [...predicted.keys()].filter((at) => logits.labels[at] === 3 && predicted[at] === 3).length;
      assert.ok(text('csv').includes(`\r\ncount,${name},3,3,${counted}\r\n`));
      assert.ok(text('svg').includes(`>${counted}</text>`));
    }
    const png = files.get('png') ?? new Uint8Array();
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });
});
