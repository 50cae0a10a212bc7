import type { Graph } from '../../graph/graph.js';
import type { Lowering, Lowerings } from '../../trace/kernel.js';
import { viewOf, type View } from '../../trace/view.js';
import { convolutionGeometry, type Geometry } from '../windows.js';
import { float32, int, ints, type Attributes, type Value } from '../../graph/value.js';
import { four, reshaped } from '../../graph/shapes.js';

/**
 * Convolutions on pictures as ONNX has them, [batch, channels, height, width]: what providers for graphics cards are
 * made for. There are no grouped ones: on WebGPU those of ONNX Runtime 1.30 give wrong numbers where a group has nine
 * outputs.
 */

const channelsFirst = [0, 3, 1, 2];
/** tfjs has kernels as [h, w, in, out]; ONNX, and PyTorch's weights, as [out, in, h, w]. */
const outInHW = [3, 2, 0, 1];

/** A tensor [batch, height, width, channels] of a kernel, as [batch, channels, height, width]. */
export const pictures = (call: Parameters<Lowering>[0], name: string): Value => call.value(name, channelsFirst);
export const asPictures = (value: Value): View => viewOf(value, 'float32', [0, 2, 3, 1]);
const asKernel = (value: Value): View => viewOf(value, 'float32', [2, 3, 1, 0]);

export const windowAttributes = ({ strides, pads, window }: Geometry): Attributes => ({
  kernel_shape: ints(window),
  strides: ints(strides),
  pads: ints([pads.top, pads.left, pads.bottom, pads.right]),
});

const conv2d: Lowering = (call) => {
  if (call.numbers('dilations').some((dilation) => dilation !== 1)) throw call.unexpected('dilations');
  const sizes = convolutionGeometry(call, { x: call.shape('x'), kernel: call.shape('filter') });
  const { channels, height, width } = sizes.output;
  return asPictures(
    call.graph.node(
      'Conv',
      [pictures(call, 'x'), call.value('filter', outInHW)],
      float32([sizes.batch, channels, height, width]),
      windowAttributes(sizes),
    ),
  );
};

/** dL/dx: the convolution transposed. */
const conv2dBackpropInput: Lowering = (call) => {
  const sizes = convolutionGeometry(call, { x: call.numbers('inputShape'), kernel: call.shape('filter') });
  return asPictures(transposed(call.graph, [pictures(call, 'dy'), call.value('filter', outInHW)], sizes));
};

/**
 * The convolution of these sizes, transposed: [batch, channels, height, width] of its input. Rows and columns at the far
 * end that no window reached get nothing, but they are there.
 */
export function transposed(
  graph: Graph,
  operands: readonly [Value, Value],
  { batch, input, output, strides, pads, window, ...others }: Geometry,
): Value {
  const extra = [
    input.height - ((output.height - 1) * strides[0] - pads.top - pads.bottom + window[0]),
    input.width - ((output.width - 1) * strides[1] - pads.left - pads.right + window[1]),
  ];
  return graph.node('ConvTranspose', operands, float32([batch, input.channels, input.height, input.width]), {
    ...windowAttributes({ batch, input, output, strides, pads, window, ...others }),
    output_padding: ints(extra),
  });
}

/** dL/dkernel: windows as columns, multiplied with dy picture by picture, and summed over the batch. */
const conv2dBackpropFilter: Lowering = (call) => {
  const { graph } = call;
  const sizes = convolutionGeometry(call, { x: call.shape('x'), kernel: call.numbers('filterShape') });
  const { batch, input, output, window } = sizes;
  const rows = input.channels * window[0] * window[1];
  const positions = output.height * output.width;
  const dy = reshaped(graph, pictures(call, 'dy'), [batch, output.channels, positions]);
  const columns = laidOutWindows(graph, pictures(call, 'x'), sizes, windowAttributes(sizes));
  const turned = graph.node(
    'Transpose',
    [reshaped(graph, columns, [batch, rows, positions])],
    float32([batch, positions, rows]),
    { perm: ints([0, 2, 1]) },
  );
  const products = graph.node('MatMul', [dy, turned], float32([batch, output.channels, rows]));
  const sum = graph.node('ReduceSum', [products, graph.list([0])], float32([output.channels, rows]), {
    keepdims: int(0),
  });
  return asKernel(reshaped(graph, sum, [output.channels, input.channels, ...window]));
};

/**
 * The pixels of every window as columns (im2col): a convolution with one-hot kernels that takes each channel for a
 * picture of its own.
 * @param x [batch, channels, height, width]
 * @returns [batch · channels, taps, rows, columns]
 */
export function laidOutWindows(
  graph: Graph,
  x: Value,
  { window, output }: Pick<Geometry, 'window' | 'output'>,
  attributes: Attributes,
): Value {
  const [batch, channels, height, width] = four(x.shape);
  return graph.node(
    'Conv',
    [reshaped(graph, x, [batch * channels, 1, height, width]), oneHotKernels(graph, window)],
    float32([batch * channels, window[0] * window[1], output.height, output.width]),
    attributes,
  );
}

/** [h · w, 1, h, w]: kernel i copies the i-th pixel of the window. */
export function oneHotKernels(graph: Graph, [h, w]: readonly [number, number]): Value {
  const taps = h * w;
  const data = Float32Array.from({ length: taps * taps }, (_, index) => (index % (taps + 1) === 0 ? 1 : 0));
  return graph.constant(data, float32([taps, 1, h, w]));
}

export const plainConvolutions: Lowerings = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
};
