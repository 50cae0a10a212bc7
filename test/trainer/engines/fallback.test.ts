import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { fallbackWords, FallbackWatch } from '../../../src/trainer/engines/onnx/runtime/fallback.js';
import type { RuntimeSession } from '../../../src/trainer/engines/onnx/runtime/runtimeSession.js';

/** As ONNX Runtime writes its profile, cut to what is read. */
const event = (op: string, provider: string, cat = 'Node') => ({ cat, args: { provider, op_name: op } });
const cpu = 'CPUExecutionProvider';

describe('what a provider leaves to the CPU', () => {
  it('is counted from the profile of the first run, without the copies, and the profile is removed', async () => {
    const watch = await FallbackWatch.begin();
    const { profileFilePrefix = '' } = watch.options;
    await writeFile(
      `${profileFilePrefix}_2026.json`,
      JSON.stringify([
        event('Transpose', cpu),
        event('Transpose', cpu),
        event('MaxPool', cpu),
        event('MatMul', 'WebGpuExecutionProvider'),
        event('MemcpyToHost', cpu),
        event('Expand', cpu, 'Session'),
        { cat: 'Session' },
      ]),
    );
    let ended = 0;
    const session: RuntimeSession = {
      inputNames: [],
      run: () => Promise.reject(new Error('is not run here')),
      endProfiling: () => {
        ended++;
      },
      release: () => Promise.resolve(),
    };
    const found = await watch.end(session);
    assert.deepEqual(
      [...found],
      [
        ['Transpose', 2],
        ['MaxPool', 1],
      ],
    );
    assert.equal(ended, 1);
    assert.ok(!existsSync(dirname(profileFilePrefix)));
    assert.equal(
      fallbackWords('onnx/webgpu', found),
      "onnx/webgpu: the provider lacks 3 of the step's operations, which are computed on the CPU: Transpose ×2, MaxPool.",
    );
    assert.match(fallbackWords('onnx/webgpu', new Map()), /every operation of the step is computed on the device/);
  });
});
