import type { Graph } from './graph.js';
import { sizeOf, type ElementType, type Value } from './value.js';

/** Bytes that one run of a graph holds at least, where nothing is kept longer than it is read. */
export interface MemoryNeed {
  /** Weights, slots and whatever else goes in from call to call, and the batch. */
  readonly inputs: number;
  /** The most that intermediate results and outputs take at any moment. */
  readonly results: number;
  /** The largest tensor of all. */
  readonly largest: number;
}

const bytesOf: Readonly<Record<ElementType, number>> = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1 };
const sizeInBytes = ({ type, shape }: Value): number => bytesOf[type] * sizeOf(shape);

/** Goes through the graph in the order in which it is written, and drops each result after its last reader. */
export function memoryNeed(graph: Graph): MemoryNeed {
  const { nodes, outputs } = graph;
  const lastReader = new Map<Value, number>();
  nodes.forEach((node, at) => {
    for (const input of node.inputs) if (input !== null) lastReader.set(input, at);
  });
  for (const output of outputs) lastReader.set(output, nodes.length);
  let held = 0;
  let results = 0;
  let largest = Math.max(0, ...graph.inputs.map(sizeInBytes));
  nodes.forEach((node, at) => {
    for (const output of node.outputs) {
      held += sizeInBytes(output);
      largest = Math.max(largest, sizeInBytes(output));
    }
    results = Math.max(results, held);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if (value !== null && value.producer !== null && (lastReader.get(value) ?? at) === at) held -= sizeInBytes(value);
    }
  });
  return { inputs: graph.inputs.reduce((sum, input) => sum + sizeInBytes(input), 0), results, largest };
}
