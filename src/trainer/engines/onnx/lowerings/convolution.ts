import { ints, type Graph, type Value } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { reshaped } from '../trace/view.js';
import { blockConvolved, kernelInBlocks, suitsBlocks } from './blocked/blockedConvolution.js';
import { asPictures, convolutionGeometry, pictures, type Geometry } from './windows.js';

/** tfjs has kernels as [h, w, in, out]; ONNX, and PyTorch's weights, as [out, in, h, w]. */
export const outInHW = [3, 2, 0, 1];

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
export function convolved(graph: Graph, x: Value, kernel: Value, sizes: Geometry): Value {
  const { strides, pads, window, input, output, batch } = sizes;
  const { top, left, bottom, right } = pads;
  const [sy, sx] = strides;
  const shape = [output.channels, output.height, output.width, batch];
  const block = graph.channelBlock;
  if (block !== null && suitsBlocks(sizes, block)) {
    return blockConvolved(graph, { x, kernel: kernelInBlocks(graph, kernel, block) }, sizes);
  }
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

export const convolutions: Lowerings = { Conv2D: conv2d };
