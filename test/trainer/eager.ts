import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-cpu';
import assert from 'node:assert/strict';

/**
 * Runs tfjs code on its own CPU backend and returns the values of what it gives back. Everything it made is disposed
 * of; tensors that stay are a leak and fail the test.
 */
export async function eagerly(work: () => Readonly<Record<string, tf.Tensor>>): Promise<Record<string, Float32Array>> {
  await tf.setBackend('cpu');
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => ({ ...work() }));
  const values: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(results)) values[name] = Float32Array.from(await tensor.data());
  tf.dispose(results);
  assert.equal(tf.memory().numTensors, before, 'tensors leaked');
  return values;
}

/** float32 copies of recorded numbers by name. */
export function floats(recorded: Readonly<Record<string, readonly number[]>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(recorded).map(([name, values]) => [name, Float32Array.from(values)]));
}

/** Tensors of recorded numbers by name. */
export function tensors(
  recorded: Readonly<Record<string, ArrayLike<number>>>,
  shapeOf: (name: string) => readonly number[],
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(recorded).map(([name, values]) => [
      name,
      tf.tensor(Float32Array.from(values), [...shapeOf(name)], 'float32'),
    ]),
  );
}
