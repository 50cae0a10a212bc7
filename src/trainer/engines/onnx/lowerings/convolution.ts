import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { asPictures, convolutionGeometry, pictures, type Geometry } from './windows.js';
import { float32, ints, type Value } from '../graph/value.js';
import { reshaped } from '../graph/shapes.js';

/** tfjs has kernels as [h, w, in, out]; ONNX, and PyTorch's weights, as [out, in, h, w]. */
export const outInHW = [3, 2, 0, 1];

/** Convolves pictures x [in, height, width, batch] with a kernel [out, in, h, w]. */
export type Convolve = (graph: Graph, factors: { x: Value; kernel: Value }, sizes: Geometry) => Value;

export const conv2d =
  (convolve: Convolve): Lowering =>
  (call) => {
    if (call.numbers('dilations').some((dilation) => dilation !== 1)) throw call.unexpected('dilations');
    const sizes = convolutionGeometry(call, { x: call.shape('x'), kernel: call.shape('filter') });
    const factors = { x: pictures(call, 'x'), kernel: call.value('filter', outInHW) };
    return asPictures(convolve(call.graph, factors, sizes));
  };

/**
 * A row of [channels, height, width, batch] is a picture's row of width·batch pixels, in which the next pixel of the same
 * picture is `batch` pixels away: one dilated convolution for the whole batch. Strides along the rows would have to
 * jump over whole batches, which a convolution in three dimensions can.
 */
export const convolved: Convolve = (graph, { x, kernel }, { strides, pads, window, input, output, batch }) => {
  const { top, left, bottom, right } = pads;
  const [sy, sx] = strides;
  const shape = [output.channels, output.height, output.width, batch];
  if (sx === 1 || batch === 1) {
    const rows = graph.node(
      'Conv',
      [reshaped(graph, x, [1, input.channels, input.height, input.width * batch]), kernel],
      float32([1, output.channels, output.height, output.width * batch]),
      {
        kernel_shape: ints(window),
        strides: ints(strides),
        dilations: ints([1, batch]),
        pads: ints([top, left * batch, bottom, right * batch]),
      },
    );
    return reshaped(graph, rows, shape);
  }
  const volume = graph.node(
    'Conv',
    [reshaped(graph, x, [1, ...x.shape]), reshaped(graph, kernel, [...kernel.shape, 1])],
    float32([1, ...shape]),
    {
      kernel_shape: ints([...window, 1]),
      strides: ints([sy, sx, 1]),
      pads: ints([top, left, 0, bottom, right, 0]),
    },
  );
  return reshaped(graph, volume, shape);
};

export const convolutions: Lowerings = { Conv2D: conv2d(convolved) };
