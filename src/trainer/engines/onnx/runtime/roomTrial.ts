import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { onnxRuntime } from './onnxRuntime.js';
import type { RuntimeSession } from './runtimeSession.js';
import { float32 } from '../graph/value.js';

/** What every WebGPU device gives to one buffer, in bytes (`maxStorageBufferBindingSize` of the standard). */
const givenAnyway = 2 ** 27;

/**
 * Whether the largest tensor of a program has to be tried first. How large a buffer may be no call of ONNX Runtime
 * tells, and one that is refused is an error long afterwards, of another name, or the end of the process.
 */
export const needsTrial = (largest: number): boolean => largest > givenAnyway;

const width = 1024;

/** A model that makes a tensor of so many bytes on the card and gives back its last element. */
export function encodeTrial(largest: number): Uint8Array {
  const graph = new Graph();
  const rows = Math.ceil(largest / 4 / width);
  const one = float32([1, 1]);
  const x = graph.input('x', one);
  const large = graph.node('Expand', [x, graph.list([rows, width])], float32([rows, width]));
  const bounds = [graph.list([rows - 1, width - 1]), graph.list([rows, width]), graph.list([0, 1])];
  return encodeModel(graph, { name: 'trial', outputs: { y: graph.node('Slice', [large, ...bounds], one) } });
}

/** @throws ProblemError `out-of-memory` where the card refuses the tensor */
export async function tryRoom(session: RuntimeSession): Promise<void> {
  const { Tensor } = onnxRuntime();
  try {
    await session.run({ x: new Tensor('float32', [1], [1, 1]) });
  } finally {
    await session.release();
  }
}
