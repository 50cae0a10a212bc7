import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { modelSchema, type ModelSpec } from '../src/core/spec/spec.js';
import { runFolder } from '../src/run/folder.js';
import { readLog } from '../src/run/log/logTail.js';
import { encodeSafetensors, type StoredTensor } from '../src/node/safetensors/safetensors.js';
import { createModel } from '../src/trainer/models/create.js';
import { initialState } from '../src/trainer/models/initialize.js';
import { stateOf } from '../src/trainer/models/model.js';
import { writeNamedFile } from '../src/node/files/atomicFile.js';

/**
 * The source's experiment end to end, side by side with a plain PyTorch loop written as its snippet is (source.py): the
 * head of a ViT-B/16, then a ResNet-34 that it teaches. The weights are random, the pictures random or of a folder.
 *   node out/bench/source.js [--epochs 10] [--pictures 512] [--batch 32] [--images DIR with train/<class>/ and test/<class>/]
 * Then the second run of a sweep: how long from its `started` entry to its first step.
 */
const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '10' },
    pictures: { type: 'string', default: '512' },
    batch: { type: 'string', default: '32' },
    images: { type: 'string' },
  },
});
const epochs = Number(options.epochs);
const batchSize = Number(options.batch);
const testPictures = 100;
const classes = 10;
const side = 32;

const folder = mkdtempSync(join(tmpdir(), 'distillery-source-'));
try {
  const images = options.images === undefined ? join(folder, 'pictures') : resolve(options.images);
  if (options.images === undefined) await randomPictures(images, Number(options.pictures));
  await writeWeights('vit', modelSchema.parse({ kind: 'vit' }));
  await writeWeights('resnet', modelSchema.parse({ kind: 'resnet', depth: 34 }));

  const begun = performance.now();
  const first = await runExperiment(images, { temperature: 4 });
  const ours = (performance.now() - begun) / 1000;
  const second = await runExperiment(images, { temperature: 8 });
  const python = ['python3', '/usr/bin/python3'].find(
    (each) => spawnSync(each, ['-c', 'import torchvision']).status === 0,
  );
  console.log(`Distillery: ${ours.toFixed(1)} s end to end; started to first step: ${first.toFixed(2)} s`);
  console.log(`second run of the sweep: started to first step ${second.toFixed(2)} s`);
  if (python === undefined) {
    console.log('PyTorch was NOT compared: no python3 has torchvision.');
  } else {
    // Where these are set OpenBLAS takes slower kernels than it would choose.
    const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...env } = process.env;
    const words = ['bench/source.py', images, String(epochs), String(batchSize)];
    const began = performance.now();
    const told = execFileSync(python, words, { env, encoding: 'utf8' });
    const theirs = (performance.now() - began) / 1000;
    console.log(`PyTorch: ${theirs.toFixed(1)} s end to end: ${told.trim()}`);
    console.log(`ratio: ${(theirs / ours).toFixed(2)}×`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the teacher and one student by the command line. @returns seconds from `started` to the first step */
async function runExperiment(images: string, { temperature }: { temperature: number }): Promise<number> {
  const train = { epochs, batchSize };
  const experiment = {
    name: 'source',
    data: { dataset: 'images', folder: images, size: side },
    teacher: {
      model: { kind: 'vit' },
      weights: 'vit.safetensors',
      trainable: 'head',
      train: { ...train, optimizer: { kind: 'adamw' } },
    },
    student: {
      model: { kind: 'resnet', depth: 34 },
      weights: 'resnet.safetensors',
      train: { ...train, optimizer: { kind: 'sgd', learningRate: 0.01, weightDecay: 0.0005 } },
    },
    distill: { temperature },
    baseline: false,
  };
  writeFileSync(join(folder, 'source.distill.json'), JSON.stringify(experiment));
  execFileSync(process.execPath, [resolve('dist/cli.js'), 'run', 'source.distill.json'], {
    cwd: folder,
    stdio: 'inherit',
  });
  const runs = join(folder, '.distillery', 'runs');
  const student = readdirSync(runs).find((name) => name.includes(`-student-t${temperature}-`)) ?? '';
  const { entries } = await readLog(runFolder(join(runs, student)).log);
  const timeOf = (type: 'started' | 'steps'): number => entries.find((entry) => entry.type === type)?.time ?? NaN;
  return (timeOf('steps') - timeOf('started')) / 1000;
}

async function randomPictures(root: string, count: number): Promise<void> {
  for (const [split, n] of [
    ['train', count],
    ['test', testPictures],
  ] as const) {
    for (let index = 0; index < n; index++) {
      const place = join(root, split, `class${index % classes}`);
      mkdirSync(place, { recursive: true });
      const pixels = Uint8Array.from(
        { length: side * side * 3 },
        (_, at) => Math.imul(at + index * 7919, 2654435761) >>> 24,
      );
      const raw = { width: side, height: side, channels: 3 } as const;
      await sharp(pixels, { raw })
        .png()
        .toFile(join(place, `${index}.png`));
    }
  }
}

/** Random weights for ImageNet's classes, so that both heads begin anew. */
async function writeWeights(name: string, spec: ModelSpec): Promise<void> {
  const model = createModel(spec, { height: side, width: side, channels: 3, classes: 1000 });
  const state = initialState(model, 0);
  const tensors = stateOf(model).map(({ name: tensor, shape }): [string, StoredTensor] => [
    tensor,
    { dtype: 'F32', shape, data: state[tensor] ?? new Float32Array() },
  ]);
  const floats = tensors.filter(([tensor]) => !tensor.endsWith('num_batches_tracked'));
  await writeNamedFile(join(folder, `${name}.safetensors`), encodeSafetensors(Object.fromEntries(floats)));
}
