import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../graph/graph.js';
import type { Call } from '../trace/kernel.js';
import { sumOfMiddle } from './sumOfMiddle.js';
import { viewOf, type View } from '../trace/view.js';
import type { Value } from '../graph/value.js';
import { at, four, reshaped } from '../graph/shapes.js';

/**
 * Convolutions and poolings are recorded on pictures that lie as [channels, height, width, batch]. What one weight
 * meets is then a run of whole batches: the windows of a layer are copied batch by batch, a layer is one product however
 * small its pictures are, and the statistics of a channel are those of one piece of memory.
 */
const batchLast = [3, 1, 2, 0];

/** A tensor [batch, height, width, channels] of a kernel, as [channels, height, width, batch]. */
export const pictures = (call: Call, name: string): Value => call.value(name, batchLast);

export const asPictures = (value: Value): View => viewOf(value, 'float32', [3, 1, 2, 0]);

export interface Plane {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Sizes of one convolution or pooling, paddings worked out. */
export interface Geometry {
  readonly strides: readonly [number, number];
  readonly pads: Pads;
  readonly window: readonly [number, number];
  readonly input: Plane;
  readonly output: Plane;
  readonly batch: number;
}

/** @param shapes of the pictures [batch, height, width, in] and the kernel [h, w, in, out] */
export function convolutionGeometry(call: Call, shapes: { x: readonly number[]; kernel: readonly number[] }): Geometry {
  if (call.string('dataFormat') !== 'NHWC') throw call.unexpected('dataFormat');
  const info = tf.backend_util.computeConv2DInfo(
    four(shapes.x),
    four(shapes.kernel),
    call.pair('strides'),
    1,
    paddingOf(call),
  );
  return geometry(info);
}

/** @param x the shape of the pictures [batch, height, width, channels] */
export function poolGeometry(call: Call, x: readonly number[]): Geometry {
  const info = tf.backend_util.computePool2DInfo(
    four(x),
    call.pair('filterSize'),
    call.pair('strides'),
    1,
    paddingOf(call),
  );
  return geometry(info);
}

const geometry = (info: tf.backend_util.Conv2DInfo): Geometry => ({
  strides: [info.strideHeight, info.strideWidth],
  pads: info.padInfo,
  window: [info.filterHeight, info.filterWidth],
  input: { channels: info.inChannels, height: info.inHeight, width: info.inWidth },
  output: { channels: info.outChannels, height: info.outHeight, width: info.outWidth },
  batch: info.batchSize,
});

function paddingOf(call: Call) {
  const pad = call.padding('pad');
  return Array.isArray(pad) ? four4(pad) : pad;
}

type Pair = [number, number];
const four4 = (pairs: readonly Pair[]): [Pair, Pair, Pair, Pair] => [
  at(pairs, 0),
  at(pairs, 1),
  at(pairs, 2),
  at(pairs, 3),
];

/**
 * The most numbers that the windows of a layer may take at once: 8 MB, which stay in a processor's last cache between
 * being written and being read.
 */
export const mostColumns = 2 ** 21;

export const area = ({ height, width }: Plane): number => height * width;

/**
 * Where the taps of the windows lie: for every tap, row by row, and every window of the rows, the pixel it is over, or
 * the number of pixels where it is over the padding.
 */
export function pixelsUnderTaps(sizes: Geometry, rows: { from: number; to: number }): number[] {
  const { input, output, strides, pads, window } = sizes;
  const result: number[] = [];
  for (let tapY = 0; tapY < window[0]; tapY++) {
    for (let tapX = 0; tapX < window[1]; tapX++) {
      for (let row = rows.from; row < rows.to; row++) {
        for (let column = 0; column < output.width; column++) {
          const y = row * strides[0] - pads.top + tapY;
          const x = column * strides[1] - pads.left + tapX;
          const inside = y >= 0 && y < input.height && x >= 0 && x < input.width;
          result.push(inside ? y * input.width + x : area(input));
        }
      }
    }
  }
  return result;
}

/**
 * The other way round: for every pixel the places of taps that lie over it, as tap · stride + window. All pixels have
 * equally many; `none` fills the lists.
 * @returns the first places of all pixels, then their second ones …
 */
export function tapsOverPixels(
  sizes: Geometry,
  { stride, none }: { stride: number; none: number },
): { readonly places: readonly number[]; readonly most: number } {
  const { input, output } = sizes;
  const windows = area(output);
  const lists = Array.from({ length: area(input) }, (): number[] => []);
  pixelsUnderTaps(sizes, { from: 0, to: output.height }).forEach((pixel, place) => {
    lists[pixel]?.push(Math.floor(place / windows) * stride + (place % windows));
  });
  const most = Math.max(1, ...lists.map(({ length }) => length));
  const places = Array.from({ length: most }, (_, index) => lists.map((list) => list[index] ?? none)).flat();
  return { places, most };
}

/** Batches [channels, places, batch] in another order, some of them several times. */
export function gathered(graph: Graph, value: Value, places: readonly number[]): Value {
  const [channels, count, batch] = [at(value.shape, 0), at(value.shape, 1), at(value.shape, 2)];
  if (places.length === count && places.every((place, index) => place === index)) return value;
  const shape = [channels, places.length, batch];
  return graph.node(
    'Gather',
    [value, graph.list(places)],
    { type: value.type, shape },
    { axis: { kind: 'int', value: 1 } },
  );
}

/** [channels, height, width, batch] as [channels, pixels, batch], with one more pixel of that value behind the last. */
export function withPixel(graph: Graph, value: Value, fill: number): Value {
  const [channels, height, width, batch] = four(value.shape);
  const flat = reshaped(graph, value, [channels, height * width, batch]);
  return graph.node('Pad', [flat, graph.list([0, 0, 0, 0, 1, 0]), graph.scalar(fill)], {
    type: value.type,
    shape: [channels, height * width + 1, batch],
  });
}

/**
 * The windows of some rows as columns: [channels, taps, windows · batch].
 * @param fill what lies in the padding
 */
export function columns(
  graph: Graph,
  x: Value,
  sizes: Geometry,
  { rows = { from: 0, to: sizes.output.height }, fill }: { rows?: { from: number; to: number }; fill: number },
): Value {
  const { input, window, output, batch } = sizes;
  const places = pixelsUnderTaps(sizes, rows);
  const padded = places.includes(area(input));
  const source = padded ? withPixel(graph, x, fill) : reshaped(graph, x, [input.channels, area(input), batch]);
  const taps = window[0] * window[1];
  const windows = (rows.to - rows.from) * output.width;
  return reshaped(graph, gathered(graph, source, places), [input.channels, taps, windows * batch]);
}

/**
 * What lies at the taps [channels, places, batch], added up where taps lie over the same pixel:
 * [channels, height, width, batch].
 */
export function summedOverTaps(
  graph: Graph,
  taps: Value,
  sizes: Geometry,
  places: { readonly stride: number; readonly none: number },
): Value {
  const { input, batch } = sizes;
  const shape = [input.channels, input.height, input.width, batch];
  const over = tapsOverPixels(sizes, places);
  const found = gathered(graph, taps, over.places);
  if (over.most === 1) return reshaped(graph, found, shape);
  const sum = sumOfMiddle(graph, reshaped(graph, found, [input.channels, over.most, area(input) * batch]));
  return reshaped(graph, sum, shape);
}
