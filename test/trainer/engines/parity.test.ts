import { it } from 'node:test';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { residualSteps } from './residualSteps.js';
import { assertSameLosses, trajectory } from './sideBySide.js';

// Other engines are compared with this one, and with the same losses of PyTorch.
it('onnx/cpu has the first 20 losses of resnet20 that PyTorch has in float64, to 1e-4', async () => {
  const { program, run, losses } = residualSteps();
  assertSameLosses((await trajectory(new OnnxEngine({ threads: 1 }), program, run)).losses, losses);
});
