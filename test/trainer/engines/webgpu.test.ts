import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema, type ModelSpec, type OptimizerSpec } from '../../../src/core/spec.js';
import type { NamedValues } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { stepCase } from '../stepCases.js';
import { missingSwiftShader, swiftShaderFile } from './swiftShader.js';
import { outcome } from './sideBySide.js';

const icd = swiftShaderFile();
// Read by the Vulkan loader when the first session is opened.
if (icd !== null) process.env.VK_ICD_FILENAMES = icd;
else process.stdout.write(`NOT TESTED: the engine onnx/webgpu, for ${missingSwiftShader}.\n`);

const sgd: OptimizerSpec = { kind: 'sgd', learningRate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 1e-4 };

const models: Record<string, { model: ModelSpec; side: number }> = {
  'an mlp with dropout': { model: modelSchema.parse({ kind: 'mlp', hidden: [16, 12], dropout: 0.25 }), side: 8 },
  // Six channels are what WebGPU would read in threes, and nine rows leave one that no window reaches.
  'a convnet': { model: modelSchema.parse({ kind: 'convnet', channels: [4, 6], hidden: [12] }), side: 9 },
  resnet20: { model: modelSchema.parse({ kind: 'cifar-resnet', variant: 'resnet20' }), side: 8 },
};

describe('onnx/webgpu trains as onnx/cpu does', { skip: icd === null && 'no Vulkan driver' }, () => {
  for (const [name, { model, side }] of Object.entries(models)) {
    it(`the first 20 losses of ${name} are the same to 1e-4`, async () => {
      const { program, run } = stepCase(
        {
          model,
          optimizer: sgd,
          maxNorm: null,
          distill: null,
          batchSize: 6,
          learningRate: 0.01,
          picture: { height: side, width: side, channels: 3, classes: 5 },
        },
        { seed: 11, steps: 20 },
      );
      const notes: string[] = [];
      const webgpu = new OnnxEngine({ device: 'webgpu', onNote: (text) => notes.push(text) });
      const onGpu = await outcome(webgpu, program, run);
      const onCpu = await outcome(new OnnxEngine(), program, run);
      await webgpu.dispose();
      const losses = ({ outputs }: { outputs: readonly NamedValues[] }): number[] =>
        outputs.map(({ loss }) => loss?.[0] ?? NaN);
      const [expected, found] = [losses(onCpu), losses(onGpu)];
      assert.equal(expected.length, 20);
      expected.forEach((loss, step) => {
        assert.ok(
          Math.abs((found[step] ?? NaN) - loss) <= 1e-4,
          `step ${step + 1}: ${found[step]} on webgpu, ${loss} on the CPU`,
        );
      });
      assert.deepEqual(notes.slice(1), ['onnx/webgpu: every operation of the step is computed on the device.']);
    });
  }
});
