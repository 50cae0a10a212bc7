import type { Graph } from '../../graph/graph.js';
import { sumOfMiddle } from '../sumOfMiddle.js';
import { float32, int, ints, sizeOf, type Attributes, type OutputType, type Value } from '../../graph/value.js';
import { at, four, reshaped } from '../../graph/shapes.js';

/**
 * ONNX Runtime's operations on pictures in blocks of channels, `com.microsoft.nchwc`. A value [1, channels, height, width]
 * lies in memory as [channels/block, height, width, channels of the block]; what counts pixels by their number only
 * sees height and width as one.
 */
export const nchwc = 'com.microsoft.nchwc';

/** Pictures [1, channels, height, width] in blocks. */
export const inBlocks = (graph: Graph, x: Value): Value => graph.node('ReorderInput', [x], x, {}, nchwc);

/** Pictures in blocks as they lay before. */
export const outOfBlocks = (graph: Graph, blocked: Value): Value =>
  graph.node('ReorderOutput', [blocked], blocked, { channels: int(at(blocked.shape, 1)) }, nchwc);

/**
 * factor · x + shift with numbers [channels], as a convolution of 1×1 that leaves channels apart.
 * @param x in blocks
 */
export function scaledChannels(
  graph: Graph,
  x: Value,
  { factor, shift }: { factor: Value; shift: Value | null },
): Value {
  const channels = at(x.shape, 1);
  const kernel = reshaped(graph, factor, [channels, 1, 1, 1]);
  return apart(graph, { image: x, kernel, shift }, x);
}

/**
 * Zeros at the ends of every row, in several threads: ONNX's `Pad` uses one.
 * @param x in blocks, [1, channels, height, width]
 */
export function paddedRows(graph: Graph, x: Value, { left, right }: { left: number; right: number }): Value {
  if (left + right === 0) return x;
  const [batch, channels, height, width] = four(x.shape);
  const kernel = graph.repeated(1, float32([channels, 1, 1, 1]));
  const shape = [batch, channels, height, left + width + right];
  return apart(graph, { image: x, kernel, shift: null }, float32(shape), { pads: ints([0, left, 0, right]) });
}

/**
 * Σ left · right over the pixels of every channel, [channels]: a convolution of one picture with the other, in pieces for
 * several threads.
 * @param factors in blocks, [1, channels, height, width]
 */
export function channelProducts(
  graph: Graph,
  { left, right, block }: { left: Value; right: Value; block: number },
): Value {
  const { pieces, length } = piecesOf(left, block);
  const places = pieces * block;
  const image = reshaped(graph, left, [1, places, 1, length]);
  const kernel = reshaped(graph, right, [places, 1, 1, length]);
  const sums = apart(graph, { image, kernel, shift: null }, float32([1, places, 1, 1]));
  return ofChannels(graph, sums, { channels: at(left.shape, 1), block });
}

/**
 * weight · Σ x over the pixels of every channel, [channels].
 * @param x in blocks, [1, channels, height, width]
 */
export function channelSums(graph: Graph, x: Value, { weight, block }: { weight: number; block: number }): Value {
  const { pieces, length } = piecesOf(x, block);
  const image = reshaped(graph, x, [pieces, block, 1, length]);
  const kernel = graph.repeated(weight, float32([block, 1, 1, length]));
  const sums = apart(graph, { image, kernel, shift: null }, float32([pieces, block, 1, 1]));
  return ofChannels(graph, sums, { channels: at(x.shape, 1), block });
}

/** Sums of more numbers one after the other would lose digits. */
const longestSum = 1024;

/** Pieces of equal length that the blocks of x fall into, pixels one after the other. */
function piecesOf({ shape }: Value, block: number): { pieces: number; length: number } {
  const pixels = at(shape, 2) * at(shape, 3);
  let length = Math.min(pixels, longestSum);
  while (pixels % length !== 0) length--;
  return { pieces: (at(shape, 1) / block) * (pixels / length), length };
}

/** The sums of pieces, [pieces of a block of channels, block] for each of the blocks, added up to [channels]. */
function ofChannels(graph: Graph, sums: Value, { channels, block }: { channels: number; block: number }): Value {
  const blocks = channels / block;
  const sum = sumOfMiddle(graph, reshaped(graph, sums, [blocks, sizeOf(sums.shape) / channels, block]));
  return reshaped(graph, sum, [channels]);
}

/** A convolution of every channel with its own kernel. */
const apart = (
  graph: Graph,
  { image, kernel, shift }: { image: Value; kernel: Value; shift: Value | null },
  result: OutputType,
  attributes: Attributes = {},
): Value =>
  graph.node(
    'Conv',
    shift === null ? [image, kernel] : [image, kernel, shift],
    result,
    { group: int(at(image.shape, 1)), kernel_shape: ints(kernel.shape.slice(2)), ...attributes },
    nchwc,
  );
