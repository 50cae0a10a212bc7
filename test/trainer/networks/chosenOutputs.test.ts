import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { mappedLogits } from '../../../src/core/classes/classMap.js';
import { ProblemError } from '../../../src/core/problem.js';
import { modelSchema, type Trainable } from '../../../src/core/spec/spec.js';
import { encodeSafetensors } from '../../../src/node/safetensors/safetensors.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { stateOf, type Model } from '../../../src/trainer/models/model.js';
import { requireTrainedHead } from '../../../src/trainer/evaluateRun.js';
import { logitsNet } from '../../../src/trainer/networks/backbone.js';
import { startingNetwork } from '../../../src/trainer/training/startingNetwork.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { assertNear } from '../../core/near.js';

const picture = { height: 4, width: 4, channels: 1, classes: 3 };
const classes = ['a', 'b', 'c'];
const outputs = 5;
const images = Uint8Array.from({ length: 2 * 16 }, (_, index) => (53 * index) % 256);

async function logitsOf(model: Model, state: Readonly<Record<string, Float32Array>>, width: number) {
  const engine = new OnnxEngine({ threads: 1 });
  const net = await logitsNet(model, state, { engine, picture: { ...picture, classes: width }, batchSize: 2 });
  const logits = (await net.answer(images)).slice();
  await net.dispose();
  return logits;
}

/** A network that knows so many classes, in a file; and what it says. */
async function networkOf(t: TestContext, outputs: number) {
  const file = join(await temporaryFolder(t), 'five.safetensors');
  const model = createModel(modelSchema.parse({ kind: 'mlp', hidden: [6] }), { ...picture, classes: outputs });
  const state = initialState(model, 3);
  const tensors = stateOf(model).map(
    ({ name, shape }) => [name, { dtype: 'F32', shape, data: state[name] ?? new Float32Array() }] as const,
  );
  writeFileSync(file, encodeSafetensors(Object.fromEntries(tensors)));
  return { file, logits: await logitsOf(model, state, outputs) };
}

const five = (t: TestContext) => networkOf(t, outputs);

const started = (file: string, chosen: object | undefined, trainable: Trainable = 'none', names = classes) =>
  startingNetwork(
    { model: modelSchema.parse({ kind: 'mlp', hidden: [6], classes: chosen }), weights: { file }, seed: 0, trainable },
    { picture: { ...picture, classes: names.length }, classes: names },
  );

describe('a network from a file that knows other classes', () => {
  it('keeps the rows of its head that are meant', async (t) => {
    const { file, logits } = await five(t);
    const { model, state, report, used } = await started(file, { a: 4, b: 0, c: 2 });
    const expected = mappedLogits([[4], [0], [2]], { logits, outputs });
    assertNear(await logitsOf(model, state, 3), expected, { tolerance: 1e-6, what: 'logits' });
    assert.deepEqual([report?.missing, report?.skipped, report?.loaded], [[], [], 4]);
    assert.match(used ?? '', /Of the 5 outputs of five\.safetensors these are used: a ← 4, b ← 0, c ← 2\./);
  });

  it('sums outputs of one class in its own graph, as core does', async (t) => {
    const { file, logits } = await five(t);
    const { model, state } = await started(file, ['a', 'c', 'b', 'a', 'a']);
    const expected = mappedLogits([[0, 3, 4], [2], [1]], { logits, outputs });
    assertNear(await logitsOf(model, state, 3), expected, { tolerance: 1e-5, what: 'logits' });
  });

  it('gives 0 and z where it has one output for two classes, in the order that is said', async (t) => {
    const { file, logits } = await networkOf(t, 1);
    const two = ['a', 'b'];
    const cases = [
      {
        chosen: undefined,
        place: 1,
        says: /has one output for two classes, taken for the logit of `b`, .* being 0\.$/,
      },
      { chosen: { a: 1, b: 0 }, place: 0, says: /taken for the logit of `a`.* used: a ← 1, b ← 0\./ },
    ];
    for (const { chosen, place, says } of cases) {
      const { model, state, report, used } = await started(file, chosen, 'none', two);
      const expected = [...logits].flatMap((z) => (place === 1 ? [0, z] : [z, 0]));
      assertNear(await logitsOf(model, state, 2), Float32Array.from(expected), { tolerance: 1e-6, what: 'logits' });
      assert.deepEqual(report?.missing, []);
      assert.match(used ?? '', says);
    }
    const { report, used } = await started(file, undefined, 'all', two);
    assert.deepEqual(
      [report?.missing.length, used],
      [2, null],
      'what is trained begins with a head of its own, and says so',
    );
  });

  it('is refused where it has fewer outputs than there are classes, without a line that could not help', async (t) => {
    const { file } = await networkOf(t, 1);
    const network = await started(file, undefined);
    assert.throws(
      () => requireTrainedHead(network, { spec: { weights: { file } }, classes }),
      ({ problem }: ProblemError) =>
        problem.code === 'untrained-head' &&
        !/"classes"/.test(problem.fix ?? '') &&
        /"trainable": "head"/.test(problem.fix ?? ''),
    );
  });

  it('gets a new head where nothing is said, and cannot train a sum', async (t) => {
    const { file } = await five(t);
    const { report } = await started(file, undefined, 'all');
    assert.equal(report?.missing.length, 2);
    await assert.rejects(
      started(file, { a: [0, 1], b: 2, c: 3 }, 'all'),
      (error) => error instanceof ProblemError && error.problem.code === 'classes-summed',
    );
  });
});
