import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema, type ModelSpec } from '../../../src/core/spec.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { stepCase } from '../training/stepCases.js';
import { missingSwiftShader, swiftShaderFile } from './swiftShader.js';
import { assertClose, assertSameLosses, trajectory } from './sideBySide.js';

const icd = swiftShaderFile();
// Read by the Vulkan loader when the first session is opened.
if (icd !== null) process.env.VK_ICD_FILENAMES = icd;
else process.stdout.write(`NOT TESTED: the engine onnx/webgpu, for ${missingSwiftShader}.\n`);

interface Case {
  readonly model: ModelSpec;
  readonly side: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** What the first call is expected to tell. */
  readonly note?: string;
}

const allOnDevice = 'onnx/webgpu: every operation of the step is computed on the device.';

const models: Record<string, Case> = {
  'an mlp with dropout': { model: modelSchema.parse({ kind: 'mlp', hidden: [16, 12], dropout: 0.25 }), side: 8 },
  // Six channels are what WebGPU would read in threes, and nine rows leave one that no window reaches.
  'a convnet': { model: modelSchema.parse({ kind: 'convnet', channels: [4, 6], hidden: [12] }), side: 9 },
  // At usual rates a ReLU within rounding of its kink takes another branch in some step, and losses part: those of
  // onnx/cpu from its own, with weights changed by 1e-7, by 0.3 to 0.8 in 20 steps at 0.05, up to 1e-2 at 0.01, 8e-4 at
  // 0.002, and 1e-6 from 0.001 on. The gradients of a step are the same at any rate. ARCHITECTURE.md has more.
  resnet20: {
    model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }),
    side: 8,
    learningRate: 0.0005,
  },
  'a vision transformer of two blocks': {
    model: modelSchema.parse({ kind: 'vit', variant: 'ti16', layers: 2, patch: 8, input: { size: 16 } }),
    side: 16,
    // SwiftShader takes two seconds of a processor for a step, whatever the batch.
    batchSize: 2,
    learningRate: 0.0005,
    note: "onnx/webgpu: the provider lacks 1 of the step's operations, which are computed on the CPU: Transpose.",
  },
};

describe('onnx/webgpu trains as onnx/cpu does', { skip: icd === null && 'no Vulkan driver' }, () => {
  for (const [name, { model, side, learningRate = 0.01, batchSize = 6, note = allOnDevice }] of Object.entries(
    models,
  )) {
    it(`the gradients of ${name} are the same to 2e-5, and the first 20 losses to 1e-4`, async () => {
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
      const notes: string[] = [];
      const webgpu = new OnnxEngine({ device: 'webgpu', onNote: (text) => notes.push(text) });
      const onGpu = await trajectory(webgpu, program, run);
      await webgpu.dispose();
      const onCpu = await trajectory(new OnnxEngine({ threads: 1 }), program, run);
      assertClose(onGpu.first, onCpu.first, 2e-5, 'after one step', 1e-3);
      assert.equal(onGpu.losses.length, 20);
      assertSameLosses(onGpu.losses, onCpu.losses);
      assert.deepEqual(notes.slice(1), [note]);
    });
  }
});
