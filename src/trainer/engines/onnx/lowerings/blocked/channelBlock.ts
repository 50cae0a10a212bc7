import type { InferenceSession } from 'onnxruntime-node';
import { encodeModel } from '../../graph/encode.js';
import { Graph } from '../../graph/graph.js';
import { onnxRuntime } from '../../runtime/onnxRuntime.js';
import { float32 } from '../../graph/value.js';

/**
 * How many channels ONNX Runtime computes together on this processor, 16 with AVX-512 and 8 with AVX: it fills the
 * channels of a picture up to a multiple of that. Null where it has no such convolutions.
 * @param options of every session: what the first one of a process asks of numbers too small to be normal holds for the
 * thread that runs them all
 */
export async function channelBlock(options: InferenceSession.SessionOptions = {}): Promise<number | null> {
  const runtime = onnxRuntime();
  const graph = new Graph();
  const picture = graph.input('picture', float32([1, 4, 1, 1]));
  const filled = graph.node('ReorderInput', [picture], picture, {}, 'com.microsoft.nchwc');
  const model = encodeModel(graph, { name: 'channel block', outputs: { filled } });
  const session = await runtime.InferenceSession.create(model, { ...options, logSeverityLevel: 4 }).catch(() => null);
  if (session === null) return null;
  const { filled: result } = await session.run({
    picture: new runtime.Tensor('float32', new Float32Array(4), picture.shape),
  });
  await session.release();
  const block = result?.dims[1] ?? 1;
  return block > 1 ? block : null;
}
