import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine } from '../../../src/trainer/engines/engine.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { residualSteps } from './residualSteps.js';
import { assertSameLosses, eagerOracle, trajectory } from './sideBySide.js';

// What other engines are compared with must itself be right, over all twenty steps.
describe('the first 20 losses of resnet20 are PyTorch’s in float64', () => {
  const engines: Record<string, () => Promise<Engine>> = {
    'onnx/cpu': () => Promise.resolve(new OnnxEngine({ threads: 1 })),
    'tfjs/cpu': eagerOracle,
  };
  for (const [name, engine] of Object.entries(engines)) {
    it(name, async () => {
      const { program, run, losses } = residualSteps();
      assert.equal(losses.length, 20);
      const found = await trajectory(await engine(), program, run);
      assertSameLosses(found.losses, losses);
    });
  }
});
