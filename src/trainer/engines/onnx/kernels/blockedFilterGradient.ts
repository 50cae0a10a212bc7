import { int, ints, type Graph, type Value } from '../graph.js';
import { nchwc, outOfBlocks } from '../nchwc.js';
import { at, reshaped } from '../view.js';
import { inPictureBlocks, suitsBlocks } from './blockedConvolution.js';
import { area, type Geometry } from './windows.js';

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
 * @param sides x [in, height, width, batch] and dy [out, height, width, batch]
 * @returns [out, in, h, w]
 */
export function blockedFilterGradient(
  graph: Graph,
  { x, dy, block }: { x: Value; dy: Value; block: number },
  sizes: Geometry,
): Value {
  const { input, output, window, pads, batch } = sizes;
  const groups = batch / block;
  const taps = window[0] * window[1];
  const width = pads.left + input.width + pads.right;
  const image = reshaped(graph, imageOf(graph, x, { sizes, block }), [1, batch, input.height, width * input.channels]);
  const kernel = reshaped(graph, kernelOf(graph, dy, { sizes, block }), [
    groups * output.channels,
    block,
    output.height,
    output.width,
  ]);
  const gradients = graph.node(
    'Conv',
    [image, kernel],
    { type: 'float32', shape: [1, groups * output.channels, window[0], window[1] * input.channels] },
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
    { type: 'float32', shape: [blocks, taps, input.channels, block] },
    { keepdims: int(0) },
  );
  const lying = graph.node(
    'Transpose',
    [sum],
    { type: 'float32', shape: [blocks, block, input.channels, taps] },
    { perm: ints([0, 3, 2, 1]) },
  );
  return reshaped(graph, lying, [output.channels, input.channels, ...window]);
}

interface Layout {
  readonly sizes: Geometry;
  readonly block: number;
}

/**
 * x as [groups, height, left + width + right, channels, pictures of a group]. Reordered back with a picture's pixel in
 * the place of a picture, squares of channels × pictures are only turned; one gather then lays them in order and puts
 * squares of zeros where the padding is.
 */
function imageOf(graph: Graph, x: Value, { sizes: { input, pads, batch }, block }: Layout): Value {
  const [groups, blocks, square] = [batch / block, input.channels / block, block ** 2];
  const squares = blocks * area(input) * groups;
  const blocked = reshaped(graph, inPictureBlocks(graph, x), [squares, block, 1, block]);
  const turned = outOfBlocks(graph, blocked);
  const padded = graph.node('Pad', [reshaped(graph, turned, [squares, square]), graph.list([0, 0, 1, 0])], {
    type: 'float32',
    shape: [squares + 1, square],
  });
  const places: number[] = [];
  for (let group = 0; group < groups; group++) {
    for (let y = 0; y < input.height; y++) {
      for (let x = -pads.left; x < input.width + pads.right; x++) {
        for (let channel = 0; channel < blocks; channel++) {
          const inside = x >= 0 && x < input.width;
          places.push(inside ? (channel * area(input) + y * input.width + x) * groups + group : squares);
        }
      }
    }
  }
  return squaresAt(graph, padded, places);
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

const squaresAt = (graph: Graph, squares: Value, places: readonly number[]): Value =>
  graph.node(
    'Gather',
    [squares, graph.list(places)],
    { type: 'float32', shape: [places.length, at(squares.shape, 1)] },
    { axis: int(0) },
  );
