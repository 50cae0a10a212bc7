import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelSchema, type OptimizerSpec } from '../../../src/core/spec/spec.js';
import { ProblemError } from '../../../src/core/problem.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { runtimeProblem, type Situation } from '../../../src/trainer/engines/onnx/runtime/runtimeProblem.js';
import { openSession, type OpenSession } from '../../../src/trainer/engines/onnx/runtime/runtimeSession.js';
import { stepCase } from '../training/stepCases.js';

const situation: Situation = {
  device: 'webgpu',
  program: 'train step',
  need: { inputs: 20_000_000, results: 1_100_000_000, largest: 300_000_000 },
  batchSize: 128,
};

/** As the libraries say it, word for word. Those marked were seen with onnxruntime-node 1.30; the others are documented. */
const said: readonly { text: string; code: string; device?: Situation['device'] }[] = [
  // Seen: VK_ICD_FILENAMES names a file that is not there.
  {
    text: 'webgpu_context.cc:136 adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
    code: 'no-device',
  },
  { text: 'Failed to get a WebGPU device: limit not supported', code: 'driver-lacks-features' },
  // Seen: the provider's library is not installed.
  {
    text: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    code: 'no-engine',
    device: 'cuda',
  },
  // Seen: a provider of another system.
  { text: 'no available backend found. ERR: [dml] backend not found.', code: 'no-engine', device: 'directml' },
  { text: 'CUDA failure 100: no CUDA-capable device is detected ; GPU=0', code: 'no-device', device: 'cuda' },
  // Seen: a tensor larger than SwiftShader allocates.
  {
    text: 'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[1]',
    code: 'out-of-memory',
  },
  { text: 'CUDA failure 2: out of memory ; GPU=0 ; hostname=x', code: 'out-of-memory', device: 'cuda' },
  {
    text: 'BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 4294967296',
    code: 'out-of-memory',
    device: 'cpu',
  },
  { text: 'std::bad_alloc', code: 'out-of-memory', device: 'cpu' },
  // Seen: what SwiftShader was handed was answered as by a driver that was reset (losingDriver.c).
  {
    text: 'map_async_result.status == wgpu::MapAsyncStatus::Success was false. Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.',
    code: 'device-lost',
  },
  // Seen: a tensor larger than the largest buffer.
  {
    text: 'WebGPU validation failed. Buffer size (2200000000) exceeds the max buffer size limit (1073741824).',
    code: 'out-of-memory',
  },
  { text: 'WebGPU device lost (1): vkQueueSubmit failed with VK_ERROR_DEVICE_LOST', code: 'device-lost' },
  {
    text: 'Exception(1) tid(1) 887A0006 The GPU will not respond to more commands',
    code: 'device-lost',
    device: 'directml',
  },
  { text: 'CUDA failure 719: unspecified launch failure ; GPU=0', code: 'device-lost', device: 'cuda' },
  { text: 'Non-zero status code returned while running MaxPool node', code: 'engine-failed' },
];

describe('what ONNX Runtime says comes to a person in words', () => {
  for (const { text, code, device = 'webgpu' } of said) {
    it(`${code}: ${text.slice(0, 60)}`, () => {
      const { problem } = runtimeProblem(new Error(text), { ...situation, device });
      assert.equal(problem.code, code);
      assert.ok((problem.fix ?? '').length > 20);
      assert.ok(!problem.message.includes('\n'));
    });
  }

  it('memory that runs out is told with its sizes, and with a smaller batch', () => {
    const { problem } = runtimeProblem(new Error('out of memory'), situation);
    assert.match(
      problem.message,
      /needs 1\.1 GB at least: 20\.0 MB for weights, optimizer and batch, 1\.1 GB for results/,
    );
    assert.match(problem.message, /largest tensor takes 300 MB/);
    assert.match(problem.fix ?? '', /"batchSize": 64/);
  });

  it('a problem stays as it is', () => {
    const problem = new ProblemError({ code: 'a', message: 'b' });
    assert.equal(runtimeProblem(problem, situation), problem);
  });
});

const sgd: OptimizerSpec = { kind: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 };

/** The loss is played where ONNX Runtime is called; a real one ends a run in anotherEngine.test.ts. */
describe('a call that fails for a lost device', () => {
  it('says so, and leaves the variables as they were', async () => {
    let calls = 0;
    const failing: OpenSession = async (model, options, at) => {
      const session = await openSession(model, options, at);
      return {
        ...session,
        run: (feeds, fetches) => {
          if (++calls === 3) return Promise.reject(runtimeProblem(new Error('WebGPU device lost (1)'), at));
          return session.run(feeds, fetches);
        },
      };
    };
    const { program, run } = stepCase(
      {
        model: modelSchema.parse({ kind: 'mlp', hidden: [4] }),
        optimizer: sgd,
        maxNorm: null,
        distill: null,
        batchSize: 4,
        picture: { height: 3, width: 3, channels: 1, classes: 3 },
        learningRate: 0.1,
      },
      { seed: 1, steps: 1 },
    );
    const engine = new OnnxEngine({ open: failing });
    const variables = await engine.variables(run.initial);
    const steps = await engine.compileSteps(program, variables, 1);
    const [inputs = {}] = run.calls;
    await steps.run(inputs, 1);
    await steps.run(inputs, 1);
    const before = await variables.read();
    await assert.rejects(steps.run(inputs, 1), (error: unknown) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.problem.code, 'device-lost');
      assert.match(error.problem.fix ?? '', /onnx\/cpu/);
      return true;
    });
    assert.deepEqual(await variables.read(), before);
    await steps.dispose();
  });
});
