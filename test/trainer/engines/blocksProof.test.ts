import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../../src/trainer/engines/engine.js';
import { channelBlock } from '../../../src/trainer/engines/onnx/lowerings/blocked/channelBlock.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { onnxRuntime } from '../../../src/trainer/engines/onnx/runtime/onnxRuntime.js';
import { openSession, type OpenSession } from '../../../src/trainer/engines/onnx/runtime/runtimeSession.js';

const { Tensor } = onnxRuntime();
const shapes = { x: [16, 8, 8, 16], kernel: [3, 3, 16, 16] };
const ones = (shape: readonly number[]) => new Float32Array(shape.reduce((a, b) => a * b)).fill(1);
/** A convolution that is in blocks where the processor has them. */
const convolution: Program = {
  name: 'convolution',
  inputs: { x: { shape: shapes.x, dtype: 'float32' }, kernel: { shape: shapes.kernel, dtype: 'float32' } },
  run: (_, { x = tf.scalar(0), kernel = tf.scalar(0) }) => {
    const pictures: tf.Tensor4D = tf.reshape(x, [16, 8, 8, 16]);
    return { outputs: { y: tf.conv2d(pictures, tf.reshape<tf.Rank.R4>(kernel, [3, 3, 16, 16]), 1, 1) }, updates: {} };
  },
};

/** Opens sessions, and counts those that use blocks of channels. */
function watched(change: (values: Float32Array) => void): { open: OpenSession; blocked: () => number } {
  let blocked = 0;
  const open: OpenSession = async (model, options, situation) => {
    const session = await openSession(model, options, situation);
    const inBlocks = Buffer.from(model).includes('com.microsoft.nchwc') && Buffer.from(model).includes('ReorderInput');
    if (inBlocks) blocked++;
    return {
      ...session,
      run: async (feeds, fetches) => {
        const found = await session.run(feeds, fetches);
        if (!inBlocks) return found;
        return Object.fromEntries(
          Object.entries(found).map(([name, tensor]) => {
            assert.ok(tensor.data instanceof Float32Array);
            const values = Float32Array.from(tensor.data);
            change(values);
            return [name, new Tensor('float32', values, tensor.dims)];
          }),
        );
      },
    };
  };
  return { open, blocked: () => blocked };
}

async function answer(open: OpenSession, notes: string[], { blocks = true } = {}): Promise<void> {
  const engine = new OnnxEngine({ open, blocks, onNote: (text) => notes.push(text) });
  const variables = await engine.variables({});
  for (let i = 0; i < 2; i++) {
    const compiled = await engine.compile(convolution, variables);
    await compiled.run({ x: ones(shapes.x), kernel: ones(shapes.kernel) });
    await compiled.dispose();
  }
  variables.dispose();
}

describe('operations on blocks of channels', () => {
  it('are used where they compute what plain ones compute', async (context) => {
    if ((await channelBlock()) === null) {
      context.skip('this processor has no blocks of channels');
      return;
    }
    const notes: string[] = [];
    const { open, blocked } = watched(() => undefined);
    await answer(open, notes);
    assert.deepEqual(notes, []);
    assert.equal(blocked(), 3, 'two convolutions, and the proof once');
  });

  it('are not even tried where the engine is told to do without them', async () => {
    const notes: string[] = [];
    const { open, blocked } = watched(() => undefined);
    await answer(open, notes, { blocks: false });
    assert.deepEqual(notes, []);
    assert.equal(blocked(), 0);
  });

  it('are left out where they do not, and it is said once', async (context) => {
    if ((await channelBlock()) === null) {
      context.skip('this processor has no blocks of channels');
      return;
    }
    const notes: string[] = [];
    const { open, blocked } = watched((values) => {
      values[7] = 1.5 * (values[7] ?? 0) + 1;
    });
    await answer(open, notes);
    assert.equal(notes.length, 1);
    assert.match(
      notes[0] ?? '',
      /^onnx\/cpu: on this processor ONNX Runtime’s convolutions of blocked channels give other/,
    );
    assert.equal(blocked(), 1, 'only the proof');
  });
});
