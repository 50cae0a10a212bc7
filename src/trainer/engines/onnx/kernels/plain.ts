import { int, ints, type Attributes, type Graph, type Value } from '../graph.js';
import type { Lowering, Lowerings } from '../kernel.js';
import { at, cast, inOrder, reshaped, viewOf } from '../view.js';
import {
  asKernel,
  asPictures,
  channelsFirst,
  convolutionAttributes,
  geometry,
  oneHotKernels,
  poolGeometry,
  type Geometry,
} from './convolution.js';

/**
 * What is recorded differently for WebGPU, and for whoever has nothing but plain ONNX: no MaxPool that tells where the
 * largest pixels were, no int64 that comes out of ArgMax, and no grouped convolution: those of ONNX Runtime 1.30 give
 * wrong numbers on WebGPU where a group has nine outputs.
 */

/** Less than every number, and still a number: times 0 it is 0. */
const lowest = -3.4e38;

/**
 * The windows are laid out and compared with their maxima. Of equal pixels
 * the first in the window gets the gradient: those before it are counted by a product with a triangle of ones. A
 * transposed convolution with the same kernels puts the gradients back; overlaps add up.
 */
const maxPoolGrad: Lowering = (call) => {
  const { graph } = call;
  const sizes = poolGeometry(call, call.shape('input'));
  const { batch, output, pads } = sizes;
  const { channels } = sizes.input;
  const window = sizes.kernel[0] * sizes.kernel[1];
  const positions = output.height * output.width;
  const dy = call.value('dy', channelsFirst);
  const x = padded(graph, call.value('input', channelsFirst), pads);
  const [height, width] = [at(x.shape, 2), at(x.shape, 3)];
  const { pads: _, ...unpadded } = convolutionAttributes(sizes);
  const windows = [batch, channels, window, positions];
  const pixels = reshaped(graph, laidOutWindows(graph, x, { sizes, attributes: unpadded }), windows);
  const pooled = graph.node(
    'MaxPool',
    [x],
    { type: 'float32', shape: [batch, channels, output.height, output.width] },
    unpadded,
  );
  const maxima = reshaped(graph, pooled, [batch, channels, 1, positions]);
  const largest = cast(graph, graph.node('Equal', [pixels, maxima], { type: 'bool', shape: windows }), 'float32');
  const earlier = graph.node('MatMul', [triangle(graph, window), largest], { type: 'float32', shape: windows });
  const none = cast(
    graph,
    graph.node('Less', [earlier, graph.scalar(0.5)], { type: 'bool', shape: windows }),
    'float32',
  );
  const first = graph.node('Mul', [largest, none], { type: 'float32', shape: windows });
  const shared = graph.node('Mul', [first, reshaped(graph, dy, [batch, channels, 1, positions])], {
    type: 'float32',
    shape: windows,
  });
  const extra = [
    height - ((output.height - 1) * sizes.strides[0] + sizes.kernel[0]),
    width - ((output.width - 1) * sizes.strides[1] + sizes.kernel[1]),
  ];
  const spread = graph.node(
    'ConvTranspose',
    [
      reshaped(graph, shared, [batch * channels, window, output.height, output.width]),
      oneHotKernels(graph, 1, sizes.kernel),
    ],
    { type: 'float32', shape: [batch * channels, 1, height, width] },
    { ...unpadded, output_padding: ints(extra) },
  );
  return asPictures(
    cropped(graph, reshaped(graph, spread, [batch, channels, height, width]), { pads, of: sizes.input }),
  );
};

/**
 * The pixels of every window as columns (im2col): a convolution with one-hot kernels that takes each channel for a
 * picture of its own.
 * @param x [batch, channels, height, width]
 * @returns [batch·channels, window, rows, columns]
 */
function laidOutWindows(
  graph: Graph,
  x: Value,
  { sizes, attributes }: { sizes: Geometry; attributes: Attributes },
): Value {
  const [batch, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  const { kernel, output } = sizes;
  return graph.node(
    'Conv',
    [reshaped(graph, x, [batch * channels, 1, height, width]), oneHotKernels(graph, 1, kernel)],
    { type: 'float32', shape: [batch * channels, kernel[0] * kernel[1], output.height, output.width] },
    attributes,
  );
}

/** dL/dkernel: windows as columns, multiplied with dy picture by picture, and summed over the batch. */
const conv2dBackpropFilter: Lowering = (call) => {
  const { graph } = call;
  const sizes = geometry(call, { x: call.shape('x'), kernel: call.numbers('filterShape') });
  const { batch, input, output } = sizes;
  const rows = input.channels * sizes.kernel[0] * sizes.kernel[1];
  const positions = output.height * output.width;
  const dy = reshaped(graph, call.value('dy', channelsFirst), [batch, output.channels, positions]);
  const windows = laidOutWindows(graph, call.value('x', channelsFirst), {
    sizes,
    attributes: convolutionAttributes(sizes),
  });
  const turned = graph.node(
    'Transpose',
    [reshaped(graph, windows, [batch, rows, positions])],
    { type: 'float32', shape: [batch, positions, rows] },
    { perm: ints([0, 2, 1]) },
  );
  const products = graph.node('MatMul', [dy, turned], { type: 'float32', shape: [batch, output.channels, rows] });
  const sum = graph.node(
    'ReduceSum',
    [products, graph.list([0])],
    { type: 'float32', shape: [output.channels, rows] },
    { keepdims: int(0) },
  );
  return asKernel(reshaped(graph, sum, [output.channels, input.channels, sizes.kernel[0], sizes.kernel[1]]));
};

interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function padded(graph: Graph, x: Value, { top, left, bottom, right }: Pads): Value {
  if (top + left + bottom + right === 0) return x;
  const [batch, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  return graph.node('Pad', [x, graph.list([0, 0, top, left, 0, 0, bottom, right]), graph.scalar(lowest)], {
    type: 'float32',
    shape: [batch, channels, top + height + bottom, left + width + right],
  });
}

function cropped(
  graph: Graph,
  x: Value,
  { pads: { top, left, bottom, right }, of }: { pads: Pads; of: { height: number; width: number } },
): Value {
  if (top + left + bottom + right === 0) return x;
  return graph.node(
    'Slice',
    [x, graph.list([top, left]), graph.list([top + of.height, left + of.width]), graph.list([2, 3])],
    { type: 'float32', shape: [at(x.shape, 0), at(x.shape, 1), of.height, of.width] },
  );
}

/** [n, n] with 1 below the diagonal. */
function triangle(graph: Graph, n: number): Value {
  const data = Float32Array.from({ length: n * n }, (_, index) => (index % n < Math.floor(index / n) ? 1 : 0));
  return graph.constant(data, { type: 'float32', shape: [n, n] });
}

/** The first of the largest: the least index where the value is the maximum, counted in float32. */
const argMax: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x');
  const axis = at(call.axes('axis', x.shape.length), 0);
  const shape = x.shape.filter((_, index) => index !== axis);
  const length = at(x.shape, axis);
  const maximum = graph.node(
    'ReduceMax',
    [x, graph.list([axis])],
    { type: 'float32', shape: x.shape.map((size, index) => (index === axis ? 1 : size)) },
    { keepdims: int(1) },
  );
  const counted = x.shape.map((_, index) => (index === axis ? length : 1));
  const indices = graph.constant(Float32Array.from(inOrder(length)), { type: 'float32', shape: counted });
  const found = graph.node('Equal', [x, maximum], { type: 'bool', shape: x.shape });
  const candidates = graph.node('Where', [found, indices, graph.scalar(length)], { type: 'float32', shape: x.shape });
  const index = graph.node(
    'ReduceMin',
    [candidates, graph.list([axis])],
    { type: 'float32', shape },
    { keepdims: int(0) },
  );
  return viewOf(cast(graph, index, 'int32'), 'int32');
};

export const plainLowerings: Lowerings = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
  MaxPoolGrad: maxPoolGrad,
  ArgMax: argMax,
};
