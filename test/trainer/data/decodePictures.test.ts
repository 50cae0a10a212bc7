import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { z } from 'zod';
import { decodeBmp } from '../../../src/trainer/data/bmp.js';
import { Decoder } from '../../../src/trainer/data/decodePictures.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const recording = z
  .array(z.object({ name: z.string(), file: z.base64(), height: z.int(), width: z.int(), pixels: z.base64() }))
  .parse(JSON.parse(readFileSync('test/fixtures/pictures.json', 'utf8')));

/** The pixels of a file as it is decoded, in colour. */
async function decoded(file: string) {
  const decoder = await Decoder.load();
  const size = await decoder.sizeOf(file);
  assert.ok(size !== null);
  const { pixels, channels, damaged } = await decoder.decode([file], {
    ...{ size, resize: false, like: file, onProgress: () => undefined },
  });
  assert.deepEqual(damaged, []);
  return { ...size, channels, pixels };
}

describe('a picture', () => {
  for (const { name, file, height, width, pixels } of recording) {
    it(`is decoded to the pixels that Pillow reads: ${name}`, async (t) => {
      const path = join(await temporaryFolder(t), 'picture');
      await writeFile(path, Buffer.from(file, 'base64'));
      const found = await decoded(path);
      assert.deepEqual([found.height, found.width, found.channels], [height, width, 3]);
      assert.deepEqual([...found.pixels], [...Buffer.from(pixels, 'base64')]);
    });
  }

  it('is read as AVIF, grey with 16 bits, and grey with transparency', async (t) => {
    const folder = await temporaryFolder(t);
    const grey = sharp({ create: { height: 9, width: 8, channels: 3, background: { r: 90, g: 90, b: 90 } } });
    const file = join(folder, 'picture');
    await writeFile(file, await grey.clone().avif({ lossless: true }).toBuffer());
    assert.ok((await decoded(file)).pixels.every((value) => Math.abs(value - 90) <= 1));
    await writeFile(file, await grey.clone().toColourspace('grey16').png().toBuffer());
    const deep = await decoded(file);
    assert.deepEqual([deep.channels, new Set(deep.pixels)], [1, new Set([90])]);
    await writeFile(file, await grey.clone().ensureAlpha(0.5).toColourspace('b-w').png().toBuffer());
    const half = await decoded(file);
    assert.equal(half.channels, 1);
    assert.ok(half.pixels.every((value) => Math.abs(value - 45) <= 1));
  });
});

describe('a bitmap', () => {
  const bytesOf = (name: string): Uint8Array =>
    Uint8Array.from(Buffer.from(recording.find((each) => each.name === name)?.file ?? '', 'base64'));

  it('says what is wrong with it', () => {
    const refused = (change: (bytes: Uint8Array) => Uint8Array, name = '24 bits') => {
      try {
        decodeBmp(change(bytesOf(name)));
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
      return 'nothing';
    };
    assert.equal(refused((bytes) => bytes.subarray(0, bytes.length - 1)), 'it ends before its last row'); // prettier-ignore
    assert.equal(
      refused((bytes) => bytes.fill(0xff, 18, 26)),
      'its size is -1×-1',
    );
    assert.equal(
      refused((bytes) => bytes.fill(3, 28, 29)),
      'it has 3 bits a pixel',
    );
    assert.equal(
      refused((bytes) => bytes.fill(4, 30, 31)),
      'its pixels are packed in the way 4',
    );
    assert.equal(refused((bytes) => bytes.subarray(0, bytes.length - 20), 'runs of 8 bits'), 'it ends inside a run'); // prettier-ignore
  });

  it('is opaque where every opacity is 0, as some programs write it, and grey with a palette of greys', () => {
    const bytes = bytesOf('32 bits with fields of version 5');
    // The fourth mask, and the opacities that belong to it.
    new DataView(bytes.buffer).setUint32(66, 0xff000000, true);
    const half = decodeBmp(bytes);
    assert.deepEqual([half.channels, half.pixels[3]], [4, 9]);
    for (let at = bytes.length - 1; at >= 138; at -= 4) bytes[at] = 0;
    assert.equal(decodeBmp(bytes).pixels[3], 255);
    assert.ok(decodeBmp(bytesOf('8 bits')).coloured);
    assert.ok(!decodeBmp(bytesOf('8 bits').fill(7, 54, 54 + 64)).coloured);
  });
});
