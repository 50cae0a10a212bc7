import type { Tensor } from 'onnxruntime-node';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DeviceSteps,
  DeviceTransfer,
  DeviceVariables,
} from '../../../src/trainer/engines/onnx/runtime/deviceMemory.js';
import { onnxRuntime } from '../../../src/trainer/engines/onnx/runtime/onnxRuntime.js';
import type { RuntimeSession } from '../../../src/trainer/engines/onnx/runtime/runtimeSession.js';

const runtime = onnxRuntime();

/** A card that is played: it counts what lies on it. */
class PlayedCard {
  readonly #living = new Set<Tensor>();

  get tensors(): number {
    return this.#living.size;
  }

  tensor(values: readonly number[]): Tensor {
    const tensor = new runtime.Tensor('float32', Float32Array.from(values), [values.length]);
    this.#living.add(tensor);
    tensor.dispose = () => void this.#living.delete(tensor);
    return tensor;
  }

  session(run: (feeds: Readonly<Record<string, Tensor>>) => Record<string, Tensor>): RuntimeSession {
    return {
      inputNames: ['x', 'variable:w'],
      run: (feeds) => Promise.resolve(run(feeds)),
      endProfiling: () => undefined,
      release: () => Promise.resolve(),
    };
  }
}

const valuesOf = (tensor: Tensor | undefined): number[] => [...((tensor?.data ?? []) as Float32Array)];

// A buffer that is not freed stays on the card for as long as the trainer lives.
describe('tensors on the card', () => {
  it('are as many after a thousand steps as before, and hold what the last one left', async () => {
    const card = new PlayedCard();
    const transfer = new DeviceTransfer({
      toDevice: card.session(({ x }) => ({ y: card.tensor(valuesOf(x)) })),
      toHost: card.session(({ x }) => ({
        y: new runtime.Tensor('float32', Float32Array.from(valuesOf(x)), x?.dims ?? []),
      })),
    });
    const variables = await DeviceVariables.of({ w: { shape: [1], values: Float32Array.of(0) } }, transfer);
    const session = card.session((feeds) => {
      const [w = NaN] = valuesOf(feeds['variable:w']);
      return { 'update:w': card.tensor([w + 1]), 'output:loss': card.tensor([10 * w]) };
    });
    const program = { name: 'step', inputs: {}, run: () => ({ outputs: {}, updates: {} }) };
    const own = { session, variables, program, updated: ['w'], results: ['loss'] };
    const steps = new DeviceSteps(own, transfer, 10);
    for (let call = 0; call < 100; call++) {
      const { loss } = await steps.run({}, 10);
      assert.deepEqual(
        [...(loss ?? [])],
        Array.from({ length: 10 }, (_, step) => 10 * (10 * call + step)),
      );
    }
    assert.equal(card.tensors, 1);
    assert.deepEqual(await variables.read(), { w: Float32Array.of(1000) });
    variables.dispose();
    assert.equal(card.tensors, 0);
  });
});
