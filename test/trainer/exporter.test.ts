import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { onnx } from 'onnx-proto';
import type { RunFolder } from '../../src/run/folder.js';
import { readLog } from '../../src/run/log/logTail.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { readSafetensors } from '../../src/node/safetensors/safetensors.js';
import { loadMnist } from '../../src/trainer/data/mnist.js';
import { onnxRuntime } from '../../src/trainer/engines/onnx/runtime/onnxRuntime.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { writePictureFolder } from './data/pictureFolder.js';
import { trained, trainerRun } from './trainerRuns.js';

const { InferenceSession, Tensor } = onnxRuntime();

/** How the exporter that ships writes a run's network; `dist` is built before the tests. */
function exported(folder: RunFolder, { file, format, batch }: { file: string; format: string; batch: number }): void {
  const words = ['dist/exporter.js', folder.path, file, format, batch.toString()];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
}

/** Whose operations a graph has, those of the graphs inside it too. */
const domains = (graph: onnx.IGraphProto | null | undefined): string[] =>
  (graph?.node ?? []).flatMap(({ domain, attribute }) => [
    domain ?? '',
    ...(attribute ?? []).flatMap(({ g }) => domains(g)),
  ]);

const networks = {
  'a perceptron': { kind: 'mlp', hidden: [16] },
  'a convnet': { kind: 'convnet', channels: [4, 6], hidden: [8] },
  'a resnet20': { kind: 'cifar-resnet' },
  'a small vision transformer': { kind: 'vit', variant: 'ti16', layers: 2, patch: 7, input: { size: 28 } },
};

describe('an exported ONNX file', () => {
  for (const [name, model] of Object.entries(networks)) {
    it(`of ${name} has only operations of ONNX itself, and answers as the run did`, async (t) => {
      const place = await temporaryFolder(t);
      const folder = await trainerRun(join(place, 'runs'), {
        ...{ version: 1, role: 'baseline', name: 'baseline', seed: 0, distill: null, teachers: [], model },
        data: { dataset: 'mnist', limit: { train: 64, test: 20 } },
        train: { epochs: 1, batchSize: 32 },
      });
      const { code, output } = await trained(folder);
      assert.equal(code, 0, output);
      const file = join(place, 'm.onnx');
      exported(folder, { file, format: 'onnx', batch: 20 });

      const { graph, opsetImport } = onnx.ModelProto.decode(readFileSync(file));
      assert.deepEqual([...new Set(domains(graph))], ['']);
      assert.deepEqual(
        opsetImport.map(({ domain }) => domain),
        [''],
      );
      // As they stand in the file: what the runtime itself would make of them is another matter.
      const session = await InferenceSession.create(file, { graphOptimizationLevel: 'disabled' });
      t.after(() => session.release());
      const { test } = await loadMnist({ validation: 0, limit: { test: 20 } });
      const { logits } = await session.run({ images: new Tensor('uint8', test.images.slice(), [20, 28, 28, 1]) });
      const stored = await readLogits(join(folder.path, 'logits', 'test-1.safetensors'));
      stored.logits.forEach((wanted, index) => {
        const found = Number(logits?.data[index]);
        assert.ok(Math.abs(found - wanted) < 1e-4, `logit ${index}: ${found}, stored is ${wanted}`);
      });
    });
  }

  it('needs no data set: a run on a folder of pictures is exported after the folder is gone', async (t) => {
    const place = await temporaryFolder(t);
    const pictures = join(place, 'pictures');
    await writePictureFolder(pictures, { classes: ['left', 'right'], train: 12, test: 5 });
    const folder = await trainerRun(join(place, 'runs'), {
      ...{ version: 1, role: 'baseline', name: 'baseline', seed: 0, distill: null, teachers: [] },
      data: { dataset: 'images', folder: pictures },
      model: { kind: 'mlp', hidden: [4] },
      train: { epochs: 1, batchSize: 6 },
    });
    const { code, output } = await trained(folder);
    assert.equal(code, 0, output);
    rmSync(pictures, { recursive: true });
    exported(folder, { file: join(place, 'w.safetensors'), format: 'safetensors', batch: 1 });
    exported(folder, { file: join(place, 'm.onnx'), format: 'onnx', batch: 3 });

    const { classes, picture } = (await readLog(folder.log)).entries.find((each) => each.type === 'started') ?? {};
    assert.ok(picture !== undefined);
    const { height, width, channels } = picture;
    const { tensors } = await readSafetensors(join(place, 'w.safetensors'));
    assert.deepEqual(tensors['fc1.weight']?.shape, [4, height * width * channels]);
    const session = await InferenceSession.create(join(place, 'm.onnx'));
    t.after(() => session.release());
    const images = new Tensor('uint8', new Uint8Array(3 * height * width * channels), [3, height, width, channels]);
    const { logits } = await session.run({ images });
    assert.deepEqual(logits?.dims, [3, classes?.length]);
  });
});
