import type { Graph } from '../../graph/graph.js';
import { inBlocks, nchwc, outOfBlocks } from './nchwc.js';
import { area, type Geometry } from '../windows.js';
import { float32, int, ints, sizeOf, type Value } from '../../graph/value.js';
import { at, four, reshaped } from '../../graph/shapes.js';

/**
 * Whether ONNX Runtime's own convolution of blocked channels is the faster one: it reads its input where it lies instead
 * of copying windows, but pictures and weights must be brought into its order, which only many pixels are worth.
 */
export function suitsBlocks({ strides, input, output, batch }: Geometry, block: number): boolean {
  const pixels = area(output) * batch;
  return (
    strides[1] === 1 &&
    batch > 1 &&
    [input.channels, output.channels].every((channels) => channels % block === 0 && pixels >= 32 * channels)
  );
}

/**
 * A convolution of [channels, height, width, batch] with rows of width·batch pixels, as in `convolved`.
 * @param factors the kernel in blocks
 */
export function blockConvolved(
  graph: Graph,
  { x, kernel }: { x: Value; kernel: Value },
  { strides, pads, window, output, batch }: Geometry,
): Value {
  const result = float32([1, output.channels, output.height, output.width * batch]);
  const blocked = graph.node(
    'Conv',
    [inPictureBlocks(graph, x), kernel],
    result,
    {
      kernel_shape: ints(window),
      strides: ints(strides),
      dilations: ints([1, batch]),
      pads: ints([pads.top, pads.left * batch, pads.bottom, pads.right * batch]),
    },
    nchwc,
  );
  return reshaped(graph, outOfBlocks(graph, blocked), [output.channels, output.height, output.width, batch]);
}

/** Pictures [channels, height, width, batch] in the order [channels/block, height, width, batch, channels of the block]. */
export function inPictureBlocks(graph: Graph, x: Value): Value {
  const [channels, height, width, batch] = four(x.shape);
  const rows = reshaped(graph, x, [1, channels, height, width * batch]);
  return inBlocks(graph, rows);
}

/**
 * A kernel [out, in, h, w] as that convolution wants it: [out/block, in/block, h, w, in of the block, out of the block].
 * In two transposes that move one axis each, for which ONNX Runtime has loops of their own.
 */
export function kernelInBlocks(graph: Graph, kernel: Value, block: number): Value {
  const [outputs, inputs] = [at(kernel.shape, 0), at(kernel.shape, 1)];
  const taps = at(kernel.shape, 2) * at(kernel.shape, 3);
  const innermost = swapped(graph, reshaped(graph, kernel, [outputs / block, block, inputs * taps, 1]));
  const blocks = (outputs * inputs) / block ** 2;
  return reshaped(graph, swapped(graph, reshaped(graph, innermost, [blocks, block, taps, block])), kernel.shape);
}

/**
 * The kernel turned by 180°, with its inputs as outputs, in blocks: of the kernel in blocks each square of block · block
 * channels is transposed, and the squares change places.
 * @param kernel [out, in, h, w]
 */
export function turnedKernelInBlocks(graph: Graph, kernel: Value, block: number): Value {
  const [outputs, inputs, kh, kw] = four(kernel.shape);
  const taps = kh * kw;
  const places: number[] = [];
  for (let input = 0; input < inputs / block; input++) {
    for (let output = 0; output < outputs / block; output++) {
      for (let tap = taps - 1; tap >= 0; tap--) places.push((output * (inputs / block) + input) * taps + tap);
    }
  }
  const squares = turnedSquares(graph, kernelInBlocks(graph, kernel, block), block);
  return reshaped(graph, squaresAt(graph, squares, places), [inputs, outputs, kh, kw]);
}

/** Squares of block · block numbers, each transposed: [squares, block²]. */
export function turnedSquares(graph: Graph, value: Value, block: number): Value {
  const count = sizeOf(value.shape) / block ** 2;
  const turned = outOfBlocks(graph, reshaped(graph, value, [count, block, 1, block]));
  return reshaped(graph, turned, [count, block ** 2]);
}

/** Squares in another order. */
export const squaresAt = (graph: Graph, squares: Value, places: readonly number[]): Value =>
  graph.node('Gather', [squares, graph.list(places)], float32([places.length, at(squares.shape, 1)]), { axis: int(0) });

/** [a, b, c, d] as [a, c, b, d]. */
function swapped(graph: Graph, value: Value): Value {
  const order = [0, 2, 1, 3];
  const shape = order.map((axis) => at(value.shape, axis));
  return graph.node('Transpose', [value], float32(shape), { perm: ints(order) });
}
