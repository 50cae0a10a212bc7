import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { ProblemError } from '../../../src/core/problem.js';
import type { NamedValues, Program } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { vit } from '../../../src/trainer/models/vit.js';
import { stepCase, type StepCase } from '../training/stepCases.js';
import { residualSteps } from './residualSteps.js';
import { missingSwiftShader, swiftShaderFile } from './swiftShader.js';
import { assertClose, assertSameLosses, trajectory } from './sideBySide.js';

const icd = swiftShaderFile();
// Read by the Vulkan loader when the first session is opened.
if (icd !== null) process.env.VK_ICD_FILENAMES = icd;
else process.stdout.write(`NOT TESTED: the engine onnx/webgpu, for ${missingSwiftShader}.\n`);

interface Case {
  readonly model: StepCase['model'];
  readonly side: number;
  readonly batchSize?: number;
  /** What the first call is expected to tell. */
  readonly note?: string;
}

const allOnDevice = 'onnx/webgpu: every operation of the step is computed on the device.';
const allButTranspose =
  "onnx/webgpu: the provider lacks 1 of the step's operations, which are computed on the CPU: Transpose.";

const models: Record<string, Case> = {
  'an mlp with dropout': { model: modelSchema.parse({ kind: 'mlp', hidden: [16, 12], dropout: 0.25 }), side: 8 },
  // Six channels are what WebGPU would read in threes, and nine rows leave one that no window reaches.
  'a convnet': { model: modelSchema.parse({ kind: 'convnet', channels: [4, 6], hidden: [12] }), side: 9 },
  'a vision transformer of two blocks': {
    // SwiftShader multiplies matrices at 0.1 GFLOPS: two heads make a step that takes one second and not two.
    model: (picture) => {
      const spec = modelSchema.parse({ kind: 'vit', variant: 'ti16', layers: 2, patch: 8, input: { size: 16 } });
      assert.ok(spec.kind === 'vit');
      return vit(spec, picture, 128);
    },
    side: 16,
    batchSize: 2,
    note: allButTranspose,
  },
};

describe('onnx/webgpu trains as onnx/cpu does', { skip: icd === null && 'no Vulkan driver' }, () => {
  for (const [name, { model, side, batchSize = 6, note = allOnDevice }] of Object.entries(models)) {
    it(`the gradients of ${name} are the same to 2e-5, and the first 20 losses to 1e-4`, async () => {
      const learningRate = 0.01;
      const { program, run } = stepCase(
        {
          model,
          optimizer: { kind: 'sgd', learningRate, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
          maxNorm: null,
          distill: null,
          batchSize,
          learningRate,
          picture: { height: side, width: side, channels: 3, classes: 5 },
        },
        { seed: 11, steps: 20 },
      );
      const onCpu = await trajectory(new OnnxEngine({ threads: 1 }), program, run);
      assertSameLosses(await assertOnGpu({ program, run }, { first: onCpu.first, note }), onCpu.losses);
    });
  }

  it('the gradients of resnet20 are the same to 2e-5, and its first 20 losses are PyTorch’s to 1e-4', async () => {
    const { losses, ...training } = residualSteps();
    const { first } = await trajectory(new OnnxEngine({ threads: 1 }), training.program, training.run);
    assertSameLosses(await assertOnGpu(training, { first, note: allButTranspose }), losses);
  });
});

describe('memory of the card', { skip: icd === null && 'no Vulkan driver' }, () => {
  // Without a word beforehand it is an error of another name half a minute later, or the end of the process.
  it('is refused before the first step where a tensor is larger than the card allows, with its sizes', async () => {
    const engine = new OnnxEngine({ device: 'webgpu' });
    const large: Program = {
      name: 'train step',
      inputs: { images: { shape: [16, 1], dtype: 'float32' } },
      run: (_, { images }) => {
        assert.ok(images !== undefined);
        return { outputs: { sum: tf.sum(tf.exp(tf.tile(images, [1, 20_000_000]))) }, updates: {} };
      },
    };
    const variables = await engine.variables({});
    await assert.rejects(engine.compile(large, variables), (error) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.problem.code, 'out-of-memory');
      assert.match(error.problem.message, /its largest tensor takes 1\.3 GB/);
      assert.match(error.problem.fix ?? '', /"batchSize": 8/);
      return true;
    });
    await engine.dispose();
  });
});

/** Trains on WebGPU, expects what a first step leaves and what is told of it, and returns the losses. */
async function assertOnGpu(
  { program, run }: ReturnType<typeof stepCase>,
  { first, note }: { first: NamedValues; note: string },
): Promise<readonly number[]> {
  const notes: string[] = [];
  const webgpu = new OnnxEngine({ device: 'webgpu', onNote: (text) => notes.push(text) });
  const found = await trajectory(webgpu, program, run);
  await webgpu.dispose();
  assert.equal(found.losses.length, 20);
  assertClose(found.first, first, 2e-5, 'after one step', 1e-3);
  assert.deepEqual(notes.slice(1), [note]);
  return found.losses;
}
