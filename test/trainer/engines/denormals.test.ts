import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';

const size = 2 ** 22;
/** ONNX Runtime makes them 0 on x64; ARM's cores compute with them at full speed, and it leaves them. */
const expected = process.arch === 'x64' ? 0 : Math.fround(1e-40);

describe('numbers too small to be normal', () => {
  it('are the same whichever thread computes them, and 0 where they would cost a hundred times more', async () => {
    const engine = new OnnxEngine({ threads: 2 });
    const variables = await engine.variables({});
    const compiled = await engine.compile(
      {
        name: 'product',
        inputs: { x: { shape: [size], dtype: 'float32' } },
        run: (_, { x = tf.scalar(0) }) => ({ outputs: { y: tf.mul(x, 1e-20) }, updates: {} }),
      },
      variables,
    );
    for (let round = 0; round < 5; round++) {
      const { y } = await compiled.run({ x: new Float32Array(size).fill(1e-20) });
      assert.ok(y instanceof Float32Array);
      // Their bits: a thread that takes such numbers for 0 also compares them so.
      const bits = new Uint32Array(y.buffer, y.byteOffset, y.length);
      const [wanted] = new Uint32Array(Float32Array.of(expected).buffer);
      assert.equal(bits.filter((value) => value !== wanted).length, 0);
    }
    await compiled.dispose();
    variables.dispose();
  });
});
