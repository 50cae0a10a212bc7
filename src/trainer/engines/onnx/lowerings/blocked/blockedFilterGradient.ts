import type { Graph } from '../../graph/graph.js';
import { nchwc, paddedRows } from './nchwc.js';
import { inPictureBlocks, squaresAt, suitsBlocks, turnedSquares } from './blockedConvolution.js';
import type { Sides } from '../filterGradient.js';
import { area, type Geometry } from '../windows.js';
import { float32, int, ints, type Value } from '../../graph/value.js';
import { at, reshaped } from '../../graph/shapes.js';

/**
 * Whether the gradient of a kernel can be a convolution of blocked channels: the batch takes the place of the channels,
 * so it too must be a multiple of the block.
 */
export const suitsBlockedGradient = (sizes: Geometry, block: number): boolean =>
  suitsBlocks(sizes, block) &&
  sizes.batch % block === 0 &&
  sizes.strides.every((stride) => stride === 1) &&
  at(sizes.window, 0) * at(sizes.window, 1) > 1;

/**
 * dL/dkernel as one convolution, which reads every picture where it lies instead of copying a window for every tap: the
 * pictures x are its image and dy, as large as they, its kernel. What is summed over, the batch, are its channels. A
 * picture's row is width · channels pixels long, so one step of the kernel is a step of one pixel in all channels, and
 * the columns of the result are taps · channels. Groups of `block` pictures are groups of the convolution; their
 * gradients are added up.
 * @returns [out, in, h, w]
 */
export function blockedFilterGradient(graph: Graph, { x, dy }: Sides, sizes: Geometry, block: number): Value {
  const { input, output, window, pads, batch } = sizes;
  const groups = batch / block;
  const taps = window[0] * window[1];
  const image = imageOf(graph, x, { sizes, block });
  const kernel = reshaped(graph, kernelOf(graph, dy, { sizes, block }), [
    groups * output.channels,
    block,
    output.height,
    output.width,
  ]);
  const gradients = graph.node(
    'Conv',
    [image, kernel],
    float32([1, groups * output.channels, window[0], window[1] * input.channels]),
    {
      kernel_shape: ints([output.height, output.width]),
      strides: ints([1, 1]),
      dilations: ints([1, input.channels]),
      pads: ints([pads.top, 0, pads.bottom, 0]),
      group: int(groups),
    },
    nchwc,
  );
  const blocks = output.channels / block;
  const sum = graph.node(
    'ReduceSum',
    [reshaped(graph, gradients, [groups, blocks, taps, input.channels, block]), graph.list([0])],
    float32([blocks, taps, input.channels, block]),
    { keepdims: int(0) },
  );
  const lying = graph.node('Transpose', [sum], float32([blocks, block, input.channels, taps]), {
    perm: ints([0, 3, 2, 1]),
  });
  return reshaped(graph, lying, [output.channels, input.channels, ...window]);
}

interface Layout {
  readonly sizes: Geometry;
  readonly block: number;
}

/** x as [groups, pictures of a group, height, left + width + right, channels], a group in a block. */
function imageOf(graph: Graph, x: Value, { sizes: { input, pads, batch }, block }: Layout): Value {
  const [groups, blocks] = [batch / block, input.channels / block];
  const places: number[] = [];
  for (let group = 0; group < groups; group++) {
    for (let pixel = 0; pixel < area(input); pixel++) {
      for (let channel = 0; channel < blocks; channel++) {
        places.push((channel * area(input) + pixel) * groups + group);
      }
    }
  }
  const squares = squaresAt(graph, turnedSquares(graph, inPictureBlocks(graph, x), block), places);
  const image = reshaped(graph, squares, [1, batch, input.height, input.width * input.channels]);
  return paddedRows(graph, image, { left: pads.left * input.channels, right: pads.right * input.channels });
}

/** dy as [groups, blocks of channels, pixels, pictures of a group, channels of a block]. */
function kernelOf(graph: Graph, dy: Value, { sizes: { output, batch }, block }: Layout): Value {
  const [groups, blocks] = [batch / block, output.channels / block];
  const squares = blocks * area(output) * groups;
  const places = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: squares / groups }, (_, place) => place * groups + group),
  ).flat();
  return squaresAt(graph, reshaped(graph, inPictureBlocks(graph, dy), [squares, block ** 2]), places);
}
