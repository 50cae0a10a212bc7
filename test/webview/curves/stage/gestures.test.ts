import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Entry } from '../../../../src/run/log/entry.js';
import { longLog } from '../../../run/longLog.js';
import { sampleRecord, sampleSpec } from '../../../run/sample.js';
import { temporaryFolder } from '../../../run/temporaryFolder.js';
import { noBrowser, openPanel, type OpenPanel } from '../../browser.js';

const steps = 4_000;
const half = steps / 2;
const lines = (entries: readonly Entry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** Protects zooming and panning by hand, and that a run which goes on is followed until a person looks elsewhere. */
describe('gestures over the curves of a run that trains', { skip: noBrowser }, () => {
  const clearings: (() => Promise<void>)[] = [];
  let panel: OpenPanel;
  let log: string;
  let rest: Entry[];

  before(async () => {
    const test = { after: (clear: () => Promise<void>) => void clearings.unshift(clear) };
    const path = join(await temporaryFolder(test), '20261123-120000-student-t20-a0.9-s0-aaaaaa');
    await mkdir(path);
    await writeFile(join(path, 'run.json'), JSON.stringify(sampleRecord({ spec: sampleSpec() })));
    const entries = [...longLog({ steps, stepsPerEpoch: 500, seed: 0 })];
    const until = entries.findIndex((entry) => entry.type === 'epoch' && entry.step === half) + 1;
    rest = entries.slice(until);
    log = join(path, 'log.jsonl');
    await writeFile(log, lines(entries.slice(0, until)));
    panel = await openPanel(test, { open: [path] });
    await panel.page.locator('.curves-reading').first().waitFor();
  });

  after(async () => {
    for (const clear of clearings) await clear();
  });

  const plot = async () => {
    const box = await panel.page.locator('.curves-large .u-over').boundingBox();
    assert.ok(box);
    return box;
  };
  const painted = (): Promise<void> =>
    panel.page.evaluate(
      () =>
        new Promise<void>((done) =>
          requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => done()), 20)),
        ),
    );
  /** The step that stands at a share of the width. */
  const stepAt = async (share: number): Promise<number> => {
    const { x, y, width } = await plot();
    await painted();
    await panel.page.mouse.move(x + 1 + share * (width - 2), y + 30);
    await painted();
    return Number(((await panel.page.locator('.curves-place').textContent()) ?? '').replace(/\D/g, ''));
  };
  /** How much of the loss is seen from the lowest to the highest mark of its axis, as the exported picture has it. */
  const marks = async (): Promise<number> => {
    const { page, commands } = panel;
    await painted();
    const before = commands.length;
    await page.getByRole('button', { name: 'SVG', exact: true }).click();
    while (commands.length === before) await page.waitForTimeout(20);
    const command = commands.at(-1);
    assert.ok(command?.command === 'save');
    const svg = new TextDecoder().decode(command.bytes);
    const values = [...svg.matchAll(/<text[^>]*text-anchor="end"[^>]*>([\d.]+)<\/text>/g)].map((found) =>
      Number(found[1]),
    );
    assert.ok(values.length > 1, 'the picture has marks');
    return Math.max(...values) - Math.min(...values);
  };
  const reset = async (): Promise<void> => {
    await panel.page.getByRole('button', { name: 'reset zoom' }).click();
    await panel.page.locator('.curves-tools button:disabled', { hasText: 'reset zoom' }).waitFor();
  };

  test('a drag with Shift selects heights, and leaves the steps as they are', async () => {
    const { page } = panel;
    const whole = await marks();
    const { x, y, width, height } = await plot();
    await page.keyboard.down('Shift');
    await page.mouse.move(x + width / 2, y + 0.6 * height);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 0.9 * height);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const part = await marks();
    assert.ok(part < 0.5 * whole, `marks over ${part}, before over ${whole}`);
    assert.ok((await stepAt(0)) < 20);
    assert.ok((await stepAt(1)) > 0.99 * half);
    await reset();
    assert.equal(await marks(), whole);
  });

  test('the wheel with Shift zooms the heights at the pointer, whichever way the system turns it', async () => {
    const { page } = panel;
    const whole = await marks();
    const { x, y, width, height } = await plot();
    await page.mouse.move(x + width / 2, y + 0.8 * height);
    for (const [sideways, down] of [
      [0, -240],
      [-240, 0],
    ] as const) {
      await page.keyboard.down('Shift');
      await page.mouse.wheel(sideways, down);
      await page.keyboard.up('Shift');
      const part = await marks();
      assert.ok(part < 0.8 * whole, `marks over ${part}, before over ${whole}`);
      assert.ok((await stepAt(0)) < 20);
      assert.ok((await stepAt(1)) > 0.99 * half);
      await reset();
      await page.mouse.move(x + width / 2, y + 0.8 * height);
    }
    assert.equal(await marks(), whole);
  });

  test('the wheel zooms the steps at the pointer', async () => {
    const { page } = panel;
    const middle = await stepAt(0.5);
    await page.mouse.wheel(0, -200);
    assert.ok(Math.abs((await stepAt(0.5)) - middle) < half / 50);
    assert.ok((await stepAt(0)) > 0.1 * half);
    await reset();
  });

  test('a drag with Space moves what is seen', async () => {
    const { page } = panel;
    await stepAt(0.5);
    await page.mouse.wheel(0, -240);
    const [left, right] = [await stepAt(0), await stepAt(1)];
    const { x, y, width } = await plot();
    await page.locator('.curves-frame').focus();
    await page.mouse.move(x + width / 2, y + 30);
    await page.keyboard.down(' ');
    await page.mouse.down();
    await page.mouse.move(x + 0.75 * width, y + 30, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up(' ');
    const moved = left - (await stepAt(0));
    assert.ok(Math.abs(moved - (right - left) / 4) < half / 50, `by ${moved} of ${right - left}`);
    await reset();
  });

  test('the right end is followed while the run goes on; what was zoomed to stays', async () => {
    const more = rest.findIndex(({ type }) => type === 'epoch') + 1;
    await appendFile(log, lines(rest.slice(0, more)));
    let last = 0;
    while (last < 0.99 * (half + 500)) last = await stepAt(1);
    await stepAt(0);
    await panel.page.mouse.wheel(0, -240);
    const right = await stepAt(1);
    assert.ok(right < 0.7 * (half + 500));
    await appendFile(log, lines(rest.slice(more)));
    await panel.page.locator('.state-finished').waitFor();
    assert.ok(Math.abs((await stepAt(1)) - right) < 20);
    await reset();
    assert.ok((await stepAt(1)) > 0.99 * steps);
  });
});
