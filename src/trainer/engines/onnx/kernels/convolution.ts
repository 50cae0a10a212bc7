import { int, ints, type Graph, type Value } from '../graph.js';
import type { Lowering, Lowerings } from '../kernel.js';
import { at, reshaped } from '../view.js';
import { conv2dBackpropFilter } from './filterGradient.js';
import {
  area,
  asPictures,
  convolutionGeometry,
  pictures,
  summedOverTaps,
  withPixel,
  type Geometry,
} from './windows.js';

/** tfjs has kernels as [h, w, in, out]; ONNX, and PyTorch's weights, as [out, in, h, w]. */
const outInHW = [3, 2, 0, 1];

const conv2d: Lowering = (call) => {
  if (call.numbers('dilations').some((dilation) => dilation !== 1)) throw call.unexpected('dilations');
  const sizes = convolutionGeometry(call, { x: call.shape('x'), kernel: call.shape('filter') });
  return asPictures(convolved(call.graph, pictures(call, 'x'), call.value('filter', outInHW), sizes));
};

/**
 * A row of [channels, height, width, batch] is a picture's row of width·batch pixels, in which the next pixel of the same
 * picture is `batch` pixels away: one dilated convolution for the whole batch. Strides along the rows would have to
 * jump over whole batches, which a convolution in three dimensions can.
 */
function convolved(graph: Graph, x: Value, kernel: Value, sizes: Geometry): Value {
  const { strides, pads, window, input, output, batch } = sizes;
  const { top, left, bottom, right } = pads;
  const [sy, sx] = strides;
  const shape = [output.channels, output.height, output.width, batch];
  if (sx === 1 || batch === 1) {
    const rows = graph.node(
      'Conv',
      [reshaped(graph, x, [1, input.channels, input.height, input.width * batch]), kernel],
      { type: 'float32', shape: [1, output.channels, output.height, output.width * batch] },
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
    { type: 'float32', shape: [1, ...shape] },
    {
      kernel_shape: ints([...window, 1]),
      strides: ints([sy, sx, 1]),
      pads: ints([top, left, 0, bottom, right, 0]),
    },
  );
  return reshaped(graph, volume, shape);
}

/**
 * dL/dx. At stride 1 it is a convolution with the kernel turned by 180°. Where the weights are more than what they meet,
 * turning them takes longer than all else, and `ConvTranspose`, which reads them as they lie, is faster. At other
 * strides it is one product, whose results are added up where windows overlap.
 */
const conv2dBackpropInput: Lowering = (call) => {
  const { graph } = call;
  const sizes = convolutionGeometry(call, { x: call.numbers('inputShape'), kernel: call.shape('filter') });
  const dy = pictures(call, 'dy');
  const kernel = call.value('filter', outInHW);
  const [kh, kw] = sizes.window;
  if (sizes.strides.some((stride) => stride !== 1) || kh * kw === 1) {
    return asPictures(spread(graph, dy, kernel, sizes));
  }
  if (sizes.input.channels > area(sizes.input) * sizes.batch) {
    return asPictures(transposedConvolution(graph, dy, kernel, sizes));
  }
  const { top, left, bottom, right } = sizes.pads;
  const back: Geometry = {
    ...sizes,
    input: sizes.output,
    output: sizes.input,
    pads: { top: kh - 1 - top, left: kw - 1 - left, bottom: kh - 1 - bottom, right: kw - 1 - right },
  };
  return asPictures(convolved(graph, dy, turned(graph, kernel), back));
};

/** Weightsᵀ · dy is what every tap of every window gets; a pixel gets the sum of the taps that lay over it. */
function spread(graph: Graph, dy: Value, kernel: Value, sizes: Geometry): Value {
  const { input, output, window, batch } = sizes;
  const weights = input.channels * window[0] * window[1];
  const whole =
    window[0] * window[1] === 1 && sizes.strides.every((stride) => stride === 1) && area(input) === area(output);
  // One window more, with a gradient of 0, for pixels that have fewer taps over them than others.
  const windows = area(output) + (whole ? 0 : 1);
  const slopes = whole ? dy : withPixel(graph, dy, 0);
  const taps = graph.node(
    'Gemm',
    [reshaped(graph, kernel, [output.channels, weights]), reshaped(graph, slopes, [output.channels, windows * batch])],
    { type: 'float32', shape: [weights, windows * batch] },
    { transA: int(1), transB: int(0) },
  );
  return summedOverTaps(graph, reshaped(graph, taps, [input.channels, window[0] * window[1] * windows, batch]), sizes, {
    stride: windows,
    none: windows - 1,
  });
}

function transposedConvolution(graph: Graph, dy: Value, kernel: Value, sizes: Geometry): Value {
  const { input, output, window, pads, batch } = sizes;
  const rows = graph.node(
    'ConvTranspose',
    [reshaped(graph, dy, [1, output.channels, output.height, output.width * batch]), kernel],
    { type: 'float32', shape: [1, input.channels, input.height, input.width * batch] },
    {
      kernel_shape: ints(window),
      dilations: ints([1, batch]),
      pads: ints([pads.top, pads.left * batch, pads.bottom, pads.right * batch]),
    },
  );
  return reshaped(graph, rows, [input.channels, input.height, input.width, batch]);
}

/**
 * A kernel [out, in, h, w] as [in, out, h, w], turned by 180°: read backwards along h and w. By two transposes of
 * matrices with whole rows between them: ONNX Runtime moves single elements five times slower.
 */
function turned(graph: Graph, kernel: Value): Value {
  const [outputs, inputs, h, w] = [at(kernel.shape, 0), at(kernel.shape, 1), at(kernel.shape, 2), at(kernel.shape, 3)];
  const taps = h * w;
  const matrix = graph.node(
    'Transpose',
    [reshaped(graph, kernel, [outputs, inputs * taps])],
    { type: 'float32', shape: [inputs * taps, outputs] },
    { perm: ints([1, 0]) },
  );
  const backwards = graph.node(
    'Gather',
    [
      reshaped(graph, matrix, [inputs, taps, outputs]),
      graph.list(Array.from({ length: taps }, (_, index) => taps - 1 - index)),
    ],
    { type: 'float32', shape: [inputs, taps, outputs] },
    { axis: int(1) },
  );
  const result = graph.node(
    'Transpose',
    [backwards],
    { type: 'float32', shape: [inputs, outputs, taps] },
    { perm: ints([0, 2, 1]) },
  );
  return reshaped(graph, result, [inputs, outputs, h, w]);
}

export const convolutions: Lowerings = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
};
