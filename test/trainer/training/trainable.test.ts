import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runSpecSchema } from '../../../src/core/spec/spec.js';
import { exportRun } from '../../../src/launch/exportRun.js';
import { cacheFolder } from '../../../src/run/cacheFolder.js';
import type { RunFolder } from '../../../src/run/folder.js';
import { readLogits } from '../../../src/run/logits/logits.js';
import { readRun } from '../../../src/run/run.js';
import { readSafetensors } from '../../../src/node/safetensors/safetensors.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { hashOf, trained, trainerRun } from '../trainerRuns.js';
import { toyModel } from '../onnxFile/onnxModels.js';

const data = { dataset: 'mnist', limit: { train: 256, test: 100 } } as const;

const alone = {
  version: 1,
  role: 'teacher',
  name: 'teacher',
  seed: 0,
  data,
  model: { kind: 'mlp', hidden: [16] },
  train: { epochs: 2, batchSize: 32 },
  distill: null,
  teachers: [],
} as const;

async function finished(runs: string, spec: object, teachers: readonly RunFolder[] = []) {
  const folder = await trainerRun(runs, spec, { teachers });
  const { code, output } = await trained(folder);
  assert.equal(code, 0, output);
  const run = await readRun(folder);
  assert.ok(run.kind === 'run' && run.state.state === 'finished', output);
  return { folder, state: run.state };
}

async function exported(folder: RunFolder, file: string) {
  await exportRun(folder, { file, format: 'safetensors', exporterScript: 'dist/exporter.js' });
  const { tensors } = await readSafetensors(file);
  return tensors;
}

const cached = (runs: string, kind: string): string[] =>
  readdirSync(cacheFolder(runs)).filter((name) => name.startsWith(kind));

const learns = (teachers: readonly RunFolder[], specs: readonly object[]) => {
  assert.equal(teachers.length, specs.length);
  return {
    ...alone,
    role: 'student',
    name: 'student',
    model: { kind: 'mlp', hidden: [8] },
    // Teachers of a second, or of random numbers, are no better than chance.
    distill: { loss: 'hinton', temperature: 4, alpha: 0.9, doubtfulTeacher: 'accept' },
    teachers: specs.map((spec) => hashOf(runSpecSchema.parse(spec))),
  };
};

describe('a run of which only the head is trained', () => {
  it('keeps its backbone as it was, stores no more than the head, and exports the whole network', async (t) => {
    const runs = await temporaryFolder(t);
    const whole = await finished(runs, alone);
    const file = join(runs, 'whole.safetensors');
    const before = await exported(whole.folder, file);

    const spec = { ...alone, weights: { file }, trainable: 'head', seed: 5 };
    const probe = await finished(runs, spec);
    const { tensors } = await readSafetensors(probe.folder.checkpoint);
    assert.deepEqual(Object.keys(tensors).sort(), [
      'fc2.bias',
      'fc2.weight',
      'optimizer.momentum_buffer.fc2.bias',
      'optimizer.momentum_buffer.fc2.weight',
    ]);
    const after = await exported(probe.folder, join(runs, 'probe.safetensors'));
    assert.deepEqual(after['fc1.weight'], before['fc1.weight']);
    assert.deepEqual(after['fc1.bias'], before['fc1.bias']);
    assert.notDeepEqual(after['fc2.weight'], before['fc2.weight']);
    assert.deepEqual(after['fc2.weight'], tensors['fc2.weight']);
    assert.deepEqual(probe.state.weights, {
      file: 'whole.safetensors',
      loaded: 4,
      skipped: [],
      resized: [],
      missing: [],
      prefix: '',
      naming: null,
    });

    // The exported network, evaluated as it is, says what the run said.
    const used = await finished(runs, {
      ...alone,
      weights: { file: join(runs, 'probe.safetensors') },
      trainable: 'none',
    });
    const logitsOf = (folder: RunFolder, epoch: number) =>
      readLogits(join(folder.path, 'logits', `test-${epoch}.safetensors`));
    const [ran, again] = [await logitsOf(probe.folder, 2), await logitsOf(used.folder, 0)];
    ran.logits.forEach((logit, index) => assert.ok(Math.abs(logit - (again.logits[index] ?? NaN)) < 1e-4));
  });

  it('computes its features once for all runs, and notices another backbone', async (t) => {
    const runs = await temporaryFolder(t);
    const spec = { ...alone, trainable: 'head' };
    await finished(runs, spec);
    const features = cached(runs, 'features');
    assert.equal(features.length, 2, 'of the training and the test set');
    const times = features.map((name) => statSync(join(cacheFolder(runs), name)).mtimeMs);
    await finished(runs, { ...spec, train: { ...spec.train, epochs: 1 } });
    assert.deepEqual(cached(runs, 'features'), features);
    assert.deepEqual(
      features.map((name) => statSync(join(cacheFolder(runs), name)).mtimeMs),
      times,
    );
    await finished(runs, { ...spec, seed: 1 });
    assert.equal(cached(runs, 'features').length, 4, 'the backbone of another seed is another');
  });

  it('asks its backbone in every step where pictures are changed at random, and says so', async (t) => {
    const runs = await temporaryFolder(t);
    const train = { ...alone.train, augment: { translate: 2 } };
    const { state } = await finished(runs, { ...alone, trainable: 'head', train });
    assert.match(state.notes.join(), /changed at random \(translate 2\).*not stored/);
    assert.equal(cached(runs, 'features').length, 1, 'only those of the test set, which are as they are');
  });
});

describe('a run of which nothing is trained', () => {
  it('ends with one evaluation, and students learn from it', async (t) => {
    const runs = await temporaryFolder(t);
    const whole = await finished(runs, alone);
    const file = join(runs, 'w.safetensors');
    await exported(whole.folder, file);
    const spec = { ...alone, weights: { file }, trainable: 'none' };
    const used = await finished(runs, spec);
    assert.deepEqual(used.state.test?.errors, whole.state.test?.errors);
    assert.deepEqual([used.state.epoch, used.state.epochs, used.state.step], [0, 0, 0]);
    assert.equal(used.state.history.length, 1);
    await finished(runs, learns([used.folder], [spec]), [used.folder]);
  });

  it('is refused where its head would be a random one', async (t) => {
    const runs = await temporaryFolder(t);
    const few = { ...alone, model: { kind: 'mlp', hidden: [16] } };
    const whole = await finished(runs, few);
    const file = join(runs, 'w.safetensors');
    const tensors = await exported(whole.folder, file);
    assert.ok('fc2.bias' in tensors);
    const { 'fc2.bias': bias, 'fc2.weight': weight, ...backbone } = tensors;
    const { encodeSafetensors } = await import('../../../src/node/safetensors/safetensors.js');
    writeFileSync(file, encodeSafetensors(backbone));
    const folder = await trainerRun(runs, { ...alone, weights: { file }, trainable: 'none' });
    assert.equal((await trained(folder)).code, 1);
    const run = await readRun(folder);
    assert.ok(run.kind === 'run');
    assert.equal(run.state.problem?.code, 'untrained-head');
    assert.match(run.state.problem.fix ?? '', /"trainable": "head"/);
  });
});

describe('an ensemble of any teachers', () => {
  it('teaches, stored and under augmentation: an ONNX file, a head on it, a head on a network, a network', async (t) => {
    const runs = await temporaryFolder(t);
    const file = join(runs, 'toy.onnx');
    writeFileSync(file, toyModel({ shape: ['batch', 1, 28, 28], classes: 10 }).bytes);
    const onnx = { kind: 'onnx', file, input: { mean: [0], std: [1] } };
    const specs = [
      { ...alone, name: 'file', model: onnx, trainable: 'none' },
      { ...alone, name: 'probe', model: onnx, trainable: 'head' },
      { ...alone, name: 'head', trainable: 'head' },
      { ...alone, name: 'whole' },
    ];
    const teachers: RunFolder[] = [];
    for (const spec of specs) teachers.push((await finished(runs, spec)).folder);
    await finished(runs, learns(teachers, specs), teachers);
    const before = cached(runs, 'logits').length;
    // 4 teachers, on the training and the test set; and a sample of the file, to learn what its numbers are.
    assert.equal(before, 9);

    const train = { ...alone.train, augment: { translate: 1 } };
    const live = await finished(runs, { ...learns(teachers, specs), train }, teachers);
    assert.match(live.state.notes.join(), /the teachers answer to each anew/);
    const recorded = await finished(runs, { ...learns(teachers.slice(2), specs.slice(2)), train }, teachers.slice(2));
    assert.match(recorded.state.notes.join(), /the teachers answer to each anew/);
    assert.equal(cached(runs, 'logits').length, before);
  });

  it('does not load a teacher whose answers are stored', async (t) => {
    const runs = await temporaryFolder(t);
    const file = join(runs, 'toy.onnx');
    writeFileSync(file, toyModel({ shape: ['batch', 1, 28, 28], classes: 10 }).bytes);
    const { onnxHash } = await import('../../../src/data/weights/onnxCompanions.js');
    const { FileHashes } = await import('../../../src/node/files/fileHash.js');
    const hashes = new FileHashes();
    const sha256 = await onnxHash(file, (path) => hashes.of(path));
    const spec = { ...alone, model: { kind: 'onnx', file, sha256, input: { mean: [0], std: [1] } }, trainable: 'none' };
    const teacher = await finished(runs, spec);
    const student = learns([teacher.folder], [spec]);
    await finished(runs, student, [teacher.folder]);
    writeFileSync(file, 'gone');
    await finished(runs, { ...student, distill: { ...student.distill, temperature: 8 } }, [teacher.folder]);
  });
});
