import * as tf from '@tensorflow/tfjs-core';
import type { InferenceSession } from 'onnxruntime-node';
import type { Program } from '../../../engine.js';
import { floats } from '../../runtime/hostMemory.js';
import { onnxRuntime } from '../../runtime/onnxRuntime.js';
import type { OpenSession } from '../../runtime/runtimeSession.js';
import { Recording } from '../../trace/recording.js';
import { resultOutput, batchInput } from '../../graph/names.js';

import type { Dialect } from '../../trace/kernel.js';
import { onnxRuntimeDialect } from '../lowerings.js';
import { blockedDialect } from './blockedDialect.js';

/**
 * Whether operations on blocks of channels compute what plain ones do on this processor. They are ONNX Runtime's own, not
 * of the standard, and written anew for each kind of processor: a small network learns both ways before one is relied on.
 */
export async function blocksAgree(
  block: number,
  { open, options }: { open: OpenSession; options: InferenceSession.SessionOptions },
): Promise<boolean> {
  const { Tensor } = onnxRuntime();
  const program = smallNetwork(block);
  const inputs = Object.entries(program.inputs);
  const feeds = Object.fromEntries(
    inputs.map(([name, { shape }]) => [batchInput(name), new Tensor('float32', wave(shape), shape)]),
  );
  const gradients = async (dialect: Dialect): Promise<Float32Array[]> => {
    const recording = await Recording.of(program, { shapes: {}, dialect });
    const situation = { device: 'cpu', program: program.name, need: recording.need, batchSize: null } as const;
    const session = await open(recording.once(), options, situation);
    const found = await session.run(feeds);
    await session.release();
    return inputs.map(([input]) => floats(found[resultOutput(input)]));
  };
  const plain = await gradients(onnxRuntimeDialect);
  const blocked = await gradients(blockedDialect(block));
  return plain.every((values, index) => agree(values, blocked[index]));
}

/** Far more than another order of sums makes of float32, far less than a wrong number. */
const tolerance = 1e-3;

function agree(expected: Float32Array, found: Float32Array | undefined): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.every((value, index) => Math.abs(value - (found?.[index] ?? NaN)) <= tolerance * largest);
}

/** The gradients of two normalized convolutions with a shortcut, of all that is in blocks in a residual network. */
function smallNetwork(block: number): Program {
  const [batch, side] = [2 * block, 8];
  const count = batch * side * side;
  const vector = (at: (channel: number) => number): tf.Tensor1D =>
    tf.tensor1d(Array.from({ length: block }, (_, channel) => at(channel / block)));
  const scale = (): tf.Tensor1D => vector((part) => 1 + part);
  const offset = (): tf.Tensor1D => vector((part) => part - 0.3);
  const layer = (x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D => {
    const z = tf.conv2d(x, kernel, 1, 1);
    const mean = tf.div(tf.sum(z, [0, 1, 2]), count);
    const variance = tf.sub(tf.div(tf.sum(tf.square(z), [0, 1, 2]), count), tf.square(mean));
    const factor = tf.div(scale(), tf.sqrt(tf.add(variance, 0.1)));
    return tf.add(tf.mul(z, factor), tf.sub(offset(), tf.mul(mean, factor)));
  };
  const residual = (x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor => {
    const inner = tf.relu(layer(x, kernel));
    const both = tf.add(tf.mul(layer(inner, kernel), offset()), tf.mul(inner, scale()));
    return tf.square(tf.relu(both));
  };
  const shapes = { x: [batch, side, side, block], kernel: [3, 3, block, block] } as const;
  return {
    name: 'proof of blocks of channels',
    inputs: { x: { shape: shapes.x, dtype: 'float32' }, kernel: { shape: shapes.kernel, dtype: 'float32' } },
    run: (_, { x = tf.scalar(0), kernel = tf.scalar(0) }) => {
      const gradients = tf.grads((p, k) => residual(tf.reshape(p, [...shapes.x]), tf.reshape(k, [...shapes.kernel])));
      const [dx = x, dk = kernel] = gradients([x, kernel]);
      return { outputs: { x: dx, kernel: dk }, updates: {} };
    },
  };
}

/** Numbers in −0.5 … 0.5 that do not repeat. */
const wave = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 0.618034) % 1) - 0.5);
