import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { viewOf, type View } from '../trace/view.js';
import { columns, convolutionGeometry, mostColumns, pictures, type Geometry } from './windows.js';
import { float32, int, ints, type Value } from '../graph/value.js';
import { reshaped } from '../graph/shapes.js';

/** A kernel [out, in, h, w], which tfjs sees as [h, w, in, out]. */
const asKernel = (value: Value): View => viewOf(value, 'float32', [2, 3, 1, 0]);

/**
 * dL/dkernel = dy · windowsᵀ, summed over all windows of all pictures: one product for each piece of the picture. Of a
 * layer that is one piece the product is the gradient as it lies, and fuses with the update of the weights.
 */
export const filterGradient: FilterGradient = (graph, { x, dy }, sizes) => {
  const { batch, input, output, window } = sizes;
  const perRow = input.channels * window[0] * window[1] * output.width * batch;
  const pieces = Math.min(output.height, Math.ceil((perRow * output.height) / mostColumns));
  const gradient =
    pieces === 1 && !dependsOnThreads(counts(sizes, output.height))
      ? product(graph, { x, dy }, sizes)
      : summed(graph, { x, dy }, sizes, Math.ceil(output.height / pieces));
  return reshaped(graph, gradient, [output.channels, input.channels, ...window]);
};

/** The pictures x [in, height, width, batch], and dy [out, height, width, batch]. */
export interface Sides {
  readonly x: Value;
  readonly dy: Value;
}

/** dL/dkernel [out, in, h, w]. */
export type FilterGradient = (graph: Graph, sides: Sides, sizes: Geometry) => Value;

export const conv2dBackpropFilter =
  (gradient: FilterGradient): Lowering =>
  (call) => {
    const sizes = convolutionGeometry(call, { x: call.shape('x'), kernel: call.numbers('filterShape') });
    const sides = { x: pictures(call, 'x'), dy: pictures(call, 'dy') };
    return asKernel(gradient(call.graph, sides, sizes));
  };

/** [out, weights] in one product. */
function product(graph: Graph, { x, dy }: Sides, sizes: Geometry): Value {
  const { weights, channels, windows } = counts(sizes, sizes.output.height);
  const factors = [
    reshaped(graph, dy, [channels, windows]),
    reshaped(graph, columns(graph, x, sizes, { fill: 0 }), [weights, windows]),
  ];
  return graph.node('Gemm', factors, float32([channels, weights]), transB);
}

/** [out, weights], piece by piece; with the windows as left factor, which ONNX Runtime reads as they lie. */
function summed(graph: Graph, { x, dy }: Sides, sizes: Geometry, height: number): Value {
  const { output, batch } = sizes;
  const { weights, channels } = counts(sizes, height);
  const result = float32([weights, channels]);
  let sum: Value | null = null;
  for (let from = 0; from < output.height; from += height) {
    const to = Math.min(output.height, from + height);
    const { windows } = counts(sizes, to - from);
    const rows =
      height === output.height
        ? dy
        : graph.node(
            'Slice',
            [dy, graph.list([from]), graph.list([to]), graph.list([1])],
            float32([channels, to - from, output.width, batch]),
          );
    const factors = [
      reshaped(graph, columns(graph, x, sizes, { rows: { from, to }, fill: 0 }), [weights, windows]),
      reshaped(graph, rows, [channels, windows]),
    ];
    // ONNX Runtime would fuse a lone `Gemm` with the transposition below, and so exchange its factors again.
    sum =
      sum === null
        ? graph.node('FusedMatMul', factors, result, transB, 'com.microsoft')
        : graph.node('Gemm', [...factors, sum], result, transB);
  }
  if (sum === null) throw new Error('a picture without rows');
  return graph.node('Transpose', [sum], float32([channels, weights]), { perm: ints([1, 0]) });
}

const transB = { transA: int(0), transB: int(1) };

/**
 * Whether the bits of [channels, weights] in one product would depend on the number of threads. A product that is wider
 * than high is computed in pieces of whole columns, one a thread, and over more than 128 windows a piece of at most 64
 * columns is added up in other portions than a wider one. From `wideEnough` on, pieces of 16 threads are wider.
 */
const dependsOnThreads = ({ channels, weights, windows }: ReturnType<typeof counts>): boolean =>
  weights > Math.max(channels, leastPiece) && weights < wideEnough && windows > portion;

/** Columns that are never divided among threads. */
const leastPiece = 16;
const wideEnough = 1280;
/** Windows that are added up at once, whatever the pieces. */
const portion = 128;

/** Lengths of the axes of the product, for so many rows of windows. */
const counts = ({ input, output, window, batch }: Geometry, rows: number) => ({
  weights: input.channels * window[0] * window[1],
  channels: output.channels,
  windows: rows * output.width * batch,
});

export const filterGradients: Lowerings = { Conv2DBackpropFilter: conv2dBackpropFilter(filterGradient) };
