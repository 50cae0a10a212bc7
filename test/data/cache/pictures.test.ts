import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ProblemError } from '../../../src/core/problem.js';
import { dataSchema } from '../../../src/core/spec/spec.js';
import { cacheFolder } from '../../../src/run/cacheFolder.js';
import {
  picturesName,
  picturesPath,
  readPictures,
  readPicturesShape,
  writePictures,
  type Pictures,
} from '../../../src/data/cache/pictures.js';
import { listRuns } from '../../../src/run/runsFolder.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { inFolder } from '../../run/opened.js';

const data = dataSchema.parse({ dataset: 'mnist' });
const about = { what: 'test, 3 pictures of mnist' };

/** Pictures whose every byte tells its place. */
function counted(n: number): Pictures {
  const [height, width, channels] = [4, 5, 3] as const;
  const pixels = Uint8Array.from({ length: n * height * width * channels }, (_, index) => (index * 7) % 251);
  return { n, height, width, channels, pixels };
}

const codeOf = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

async function store(path: string, pictures: Pictures): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await inFolder(path, (file) => writePictures(file, pictures, about));
}

describe('pictures in the cache', () => {
  it('gives back the pictures asked for, in that order, near or far, once or more often', async (t) => {
    const path = join(await temporaryFolder(t), 'cache', 'pictures.safetensors');
    const all = counted(9_000);
    const size = all.pixels.length / all.n;
    await store(path, all);
    assert.deepEqual(await readPicturesShape(path), { n: 9_000, height: 4, width: 5, channels: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(8_999), { maxLength: 30 }), async (indices) => {
        const found = await readPictures(path, indices);
        const expected = indices.flatMap((index) => [...all.pixels.subarray(index * size, (index + 1) * size)]);
        assert.deepEqual([...found.pixels], expected);
        assert.equal(found.n, indices.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is named by what decides the pictures, beside the runs folder or hidden inside it', async (t) => {
    const folder = await temporaryFolder(t);
    const usual = join(folder, '.distillery', 'runs');
    const other = join(folder, 'elsewhere');
    assert.match(picturesName(usual, { data, split: 'test' }), /^\.\.\/cache\/pictures-[0-9a-f]{16}\.safetensors$/);
    assert.match(picturesName(other, { data, split: 'test' }), /^\.cache\/pictures-[0-9a-f]{16}\.safetensors$/);
    const names = [
      picturesName(usual, { data, split: 'test' }),
      picturesName(usual, { data, split: 'validation' }),
      picturesName(usual, { data: { ...data, validation: 5 }, split: 'validation' }),
      picturesName(usual, { data: { ...data, limit: { test: 5 } }, split: 'test' }),
    ];
    assert.equal(new Set(names).size, names.length);
    for (const runs of [usual, other]) {
      const path = picturesPath(runs, picturesName(runs, { data, split: 'test' }));
      assert.equal(dirname(path), cacheFolder(runs));
      await store(path, counted(1));
      await mkdir(join(runs, 'a-run'), { recursive: true });
      assert.deepEqual(await listRuns(runs), ['a-run']);
    }
  });

  it('reads no file that is none of the cache, whatever a log names', () => {
    for (const name of ['../../etc/passwd', '/etc/passwd', '../cache/other.safetensors', '../cache', '', 'run.json']) {
      assert.throws(() => picturesPath('/w/.distillery/runs', name), codeOf('pictures-elsewhere'), name);
    }
  });

  it('says what is wrong with a file that is missing, cut short, of something else, or too small', async (t) => {
    const path = join(await temporaryFolder(t), 'pictures.safetensors');
    await assert.rejects(readPictures(path, [0]), codeOf('pictures-missing'));
    await store(path, counted(3));
    for (const index of [3, -1, 0.5, NaN]) await assert.rejects(readPictures(path, [index]), codeOf('pictures-index'));
    const whole = await readFile(path);
    for (const length of [0, 3, 8, 40, whole.length - 1]) {
      await truncate(path, length);
      await assert.rejects(readPictures(path, [0]), codeOf('pictures-damaged'), `${length} bytes`);
      await writeFile(path, whole);
    }
    await store(path, { ...counted(3), height: 0, pixels: new Uint8Array() });
    await assert.rejects(readPictures(path, [0]), codeOf('pictures-damaged'));
  });

  it('never throws anything but a problem for what a file holds', async (t) => {
    const path = join(await temporaryFolder(t), 'pictures.safetensors');
    await store(path, counted(2));
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (place, byte) => {
        const changed = Uint8Array.from(whole);
        changed[place] = byte;
        await writeFile(path, changed);
        await readPictures(path, [1, 0]).catch((error: unknown) => assert.ok(error instanceof ProblemError));
      }),
      { numRuns: 150 },
    );
  });
});
