import type { Graph } from '../graph/graph.js';
import { float32, type Value } from '../graph/value.js';
import { at } from '../graph/shapes.js';

/**
 * Σ over the middle axis of [outer, n, inner], as products with ones: [outer, 1, inner]. `ReduceSum` adds up in another
 * order where there are fewer outer rows than threads.
 */
export function sumOfMiddle(graph: Graph, value: Value): Value {
  const [outer, n, inner] = [at(value.shape, 0), at(value.shape, 1), at(value.shape, 2)];
  const ones = graph.repeated(1, float32([1, 1, n]));
  const result = float32([outer, 1, inner]);
  return graph.node('FusedMatMul', [ones, value], result, {}, 'com.microsoft');
}
