import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { patience } from '../../scripts/editor/patience.js';
import type { OpenPanel } from './browser.js';

/** The bytes of the file that a press of a button offers. @param within the part of the page that has the buttons */
export async function savedBy(
  { page, commands }: OpenPanel,
  { format, within }: { format: 'PNG' | 'SVG' | 'CSV'; within?: string },
): Promise<Uint8Array> {
  const before = commands.length;
  const scope = within === undefined ? page : page.getByRole('region', { name: within, exact: true });
  await scope.getByRole('button', { name: format, exact: true }).click();
  const until = Date.now() + patience;
  while (commands.length === before && Date.now() < until) await page.waitForTimeout(20);
  const command = commands[before];
  assert.ok(command?.command === 'save', `${format} is offered`);
  assert.equal(command.format, format.toLowerCase());
  return command.bytes;
}

/** The texts of a picture, as a browser that opens the file finds them. Fails where it is no SVG, or draws nothing. */
export async function openedSvg(page: Page, bytes: Uint8Array): Promise<string[]> {
  const source = new TextDecoder().decode(bytes);
  const found = await page.evaluate(async (text) => {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await image.decode();
    return {
      error: svg.querySelector('parsererror')?.textContent ?? null,
      size: [image.naturalWidth, image.naturalHeight],
      shapes: svg.querySelectorAll('path, rect, line, image').length,
      texts: Array.from(svg.querySelectorAll('text'), (each) => each.textContent),
    };
  }, source);
  assert.equal(found.error, null);
  assert.ok(
    found.size.every((side) => side > 50),
    `${found.size.join('×')} pixels`,
  );
  assert.ok(found.shapes > 2, `${found.shapes} shapes`);
  return found.texts;
}

/** How many colours a PNG has, as a browser that opens the file finds them. Fails where it cannot be opened. */
export async function coloursOfPng(page: Page, bytes: Uint8Array): Promise<number> {
  return page.evaluate(async (text) => {
    const all = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([all], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context?.drawImage(picture, 0, 0);
    const data = context?.getImageData(0, 0, picture.width, picture.height).data ?? new Uint8ClampedArray();
    return new Set(new Uint32Array(data.buffer)).size;
  }, Buffer.from(bytes).toString('base64'));
}

/** Header and lines of a CSV without quotes. */
export function linesOfCsv(bytes: Uint8Array): { header: string[]; rows: string[][] } {
  const [header = '', ...rows] = new TextDecoder()
    .decode(bytes)
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n');
  return { header: header.split(','), rows: rows.map((row) => row.split(',')) };
}
