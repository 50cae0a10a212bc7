import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { laidOut, viewOf, type View } from '../trace/view.js';
import { float32, int, sizeOf, type Value } from '../graph/value.js';
import { at, cast, inOrder } from '../graph/shapes.js';

/** Whether the last two axes lie in memory the other way round, and nothing else does. */
function liesTransposed(view: View): boolean {
  const rank = view.axes.length;
  const swapped = [...inOrder(rank - 2), rank - 1, rank - 2];
  return view.axes.every((axis, index) => axis === swapped[index]);
}

/**
 * A product of matrices, or of equally many of them. A transposed factor is read transposed and never copied: `Gemm`
 * for two matrices, ONNX Runtime's own `FusedMatMul` for batches.
 */
const batchMatMul: Lowering = (call) => {
  const { graph } = call;
  const factor = (name: string, flag: string): Factor => {
    const view = call.view(name);
    const turned = liesTransposed(view);
    const value = turned ? cast(graph, view.value, view.dtype) : laidOut(graph, view);
    return { value, transpose: call.boolean(flag) !== turned };
  };
  const a = factor('a', 'transposeA');
  const b = factor('b', 'transposeB');
  const rank = a.value.shape.length;
  const rows = at(a.value.shape, a.transpose ? rank - 1 : rank - 2);
  const columns = at(b.value.shape, b.transpose ? rank - 2 : rank - 1);
  const flags = { transA: int(a.transpose ? 1 : 0), transB: int(b.transpose ? 1 : 0) };
  if (rank === 2) return gemm(graph, { a, b });
  const batch = inOrder(rank - 2).map((axis) => Math.max(at(a.value.shape, axis), at(b.value.shape, axis)));
  const shape = [...batch, rows, columns];
  return viewOf(graph.node('FusedMatMul', [a.value, b.value], float32(shape), flags, 'com.microsoft'), 'float32');
};

interface Factor {
  readonly value: Value;
  readonly transpose: boolean;
}

/**
 * ONNX Runtime copies the right factor into blocks before it multiplies, so the smaller one goes there: a product of a
 * batch with weights is computed as (weights · batchᵀ), and its result is read the other way round.
 */
function gemm(graph: Graph, { a, b }: { a: Factor; b: Factor }): View {
  if (sizeOf(a.value.shape) < sizeOf(b.value.shape)) {
    const turned = gemm(graph, { a: flipped(b), b: flipped(a) });
    return { ...turned, axes: [1, 0] };
  }
  const shape = [at(a.value.shape, a.transpose ? 1 : 0), at(b.value.shape, b.transpose ? 0 : 1)];
  const flags = { transA: int(a.transpose ? 1 : 0), transB: int(b.transpose ? 1 : 0) };
  return viewOf(graph.node('Gemm', [a.value, b.value], float32(shape), flags), 'float32');
}

const flipped = ({ value, transpose }: Factor): Factor => ({ value, transpose: !transpose });

export const products: Lowerings = { BatchMatMul: batchMatMul };
