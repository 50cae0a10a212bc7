import type { Program } from '../engine.js';
import { plainDialect } from './lowerings/plain/plainLowerings.js';
import { Recording } from './trace/recording.js';

/**
 * A program that needs only pictures, with its variables inside: the bytes of an ONNX model whose inputs and outputs have
 * the program's names. It is plain ONNX, which every runtime reads: nothing in it is ONNX Runtime's own.
 * @throws ProblemError `untraceable`
 */
export async function onnxClassifier(
  program: Program,
  {
    shapes,
    tensors,
  }: {
    shapes: Readonly<Record<string, readonly number[]>>;
    tensors: Readonly<Record<string, Float32Array>>;
  },
): Promise<Uint8Array> {
  const recording = await Recording.of(program, { shapes, dialect: plainDialect });
  return recording.classifier(tensors);
}
