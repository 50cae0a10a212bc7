import type { Program } from '../engine.js';
import { encodeModel, type NamedInput } from './encode.js';
import { fuse } from './fuse.js';
import type { Value } from './graph.js';
import { batchInput, trace, variableInput } from './trace.js';

/**
 * A program that needs only pictures, with its variables inside: the bytes of an ONNX model whose inputs and outputs have
 * the program's names.
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
  const { graph, outputs } = await trace(program, shapes);
  fuse(graph, Object.values(outputs));
  const names = new Map<string, NamedInput>([
    ...Object.entries(tensors).map(([name, data]): [string, NamedInput] => [variableInput(name), { name, data }]),
    ...Object.keys(program.inputs).map((name): [string, NamedInput] => [batchInput(name), { name, data: null }]),
  ]);
  const named = new Map<Value, NamedInput>();
  for (const value of graph.inputs) {
    const input = names.get(value.name);
    if (input !== undefined) named.set(value, input);
  }
  return encodeModel(graph, { name: program.name, outputs, named });
}
